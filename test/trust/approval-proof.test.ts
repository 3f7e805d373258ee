import { describe, expect, test } from "bun:test";
import { ApprovalError } from "../../lib/errors.ts";
import {
  APPROVAL_KEY_BYTES,
  createProof,
  createVoucher,
  type Decision,
  isVoucherGenuine,
  PROOF_TTL_MS,
  verifyProof,
} from "../../lib/trust/approval-proof.ts";
import { codeOf } from "../support/throws.ts";

const key = new Uint8Array(APPROVAL_KEY_BYTES).fill(7);
const now = 1_790_000_000_000;
const decision: Decision = {
  decision: "approve",
  proposalId: "0f0f",
  kata: "acme:finance.audit@v2",
  sourceHash: "a".repeat(64),
  compiledHash: "b".repeat(64),
  planHash: "c".repeat(64),
  by: "mira",
};
const refusal = (proof: unknown, at = now, about = decision, withKey = key) =>
  codeOf(() => verifyProof(about, proof, withKey, at), ApprovalError);

describe("a proof that a person decided", () => {
  test("passes for the decision it was made for, until just before it expires", () => {
    const proof = createProof(decision, key, now);
    expect(verifyProof(decision, proof, key, now)).toEqual(proof);
    expect(verifyProof(decision, proof, key, now + PROOF_TTL_MS - 1)).toEqual(proof);
  });

  test("is refused from the millisecond it expires", () => {
    expect(refusal(createProof(decision, key, now), now + PROOF_TTL_MS)).toBe("proof_expired");
  });

  test("is refused when its end lies further ahead than any proof's may", () => {
    expect(refusal(createProof(decision, key, now + 3_600_000), now)).toBe("proof_expired");
  });

  test.each<[string, Partial<Decision>]>([
    ["rejecting", { decision: "reject" }],
    ["accepting another compiler", { decision: "approve_other_compiler" }],
    ["accepting expired signatures", { decision: "approve_stale" }],
    ["another proposal", { proposalId: "0f0e" }],
    ["another version", { kata: "acme:finance.audit@v3" }],
    ["another source", { sourceHash: `${"a".repeat(63)}b` }],
    ["another graph", { compiledHash: `${"b".repeat(63)}c` }],
    ["another plan", { planHash: `${"c".repeat(63)}d` }],
    ["another person", { by: "mallory" }],
    ["the same characters cut at another place", { proposalId: "0f0fa", kata: "cme:finance.audit@v2" }],
  ])("does not fit %s", (_, change) => {
    expect(refusal(createProof(decision, key, now), now, { ...decision, ...change })).toBe("proof_wrong_key");
  });

  test("made with another key is refused", () => {
    const other = new Uint8Array(APPROVAL_KEY_BYTES).fill(8);
    expect(refusal(createProof(decision, other, now))).toBe("proof_wrong_key");
  });

  test("with a moved end or another nonce is refused", () => {
    const proof = createProof(decision, key, now);
    expect(refusal({ ...proof, expiresAt: proof.expiresAt + 1 })).toBe("proof_wrong_key");
    expect(refusal({ ...proof, nonce: "0".repeat(32) })).toBe("proof_wrong_key");
  });

  test.each([[undefined], [null]])("missing (%p) is said to be missing", (proof) => {
    expect(refusal(proof)).toBe("proof_missing");
  });

  test.each([["text"], [7], [[]], [{}], [{ nonce: "x", expiresAt: now, mac: "y" }]])(
    "that cannot be read is said to be malformed: %j",
    (proof) => {
      expect(refusal(proof)).toBe("proof_malformed");
    },
  );

  test("two proofs of one decision differ, so each can be spent on its own", () => {
    expect(createProof(decision, key, now).nonce).not.toBe(createProof(decision, key, now).nonce);
  });
});

describe("the voucher for a decision that was accepted", () => {
  const nonce = "0".repeat(32);
  const database = "/home/mira/ronin.db";
  const voucher = createVoucher(decision, nonce, database, key);

  test("stays genuine however old it is", () => {
    expect(isVoucherGenuine(decision, voucher, database, key)).toBe(true);
  });

  test.each<[string, Partial<Decision>]>([
    ["a new kata made here", { decision: "approve_creation" }],
    ["another request", { proposalId: "0f0e" }],
    ["another version", { kata: "acme:finance.audit@v3" }],
    ["another plan", { planHash: `${"c".repeat(63)}d` }],
    ["another person", { by: "mallory" }],
  ])("does not fit %s", (_, change) => {
    expect(isVoucherGenuine({ ...decision, ...change }, voucher, database, key)).toBe(false);
  });

  test("does not fit another database, nonce, key or signature", () => {
    const otherKey = new Uint8Array(APPROVAL_KEY_BYTES).fill(8);
    expect(isVoucherGenuine(decision, voucher, "/home/mira/other.db", key)).toBe(false);
    expect(isVoucherGenuine(decision, { ...voucher, nonce: "1".repeat(32) }, database, key)).toBe(false);
    expect(isVoucherGenuine(decision, voucher, database, otherKey)).toBe(false);
    expect(isVoucherGenuine(decision, { ...voucher, mac: "ab" }, database, key)).toBe(false);
  });

  test("is not what travels on the bus: a proof is no voucher", () => {
    const proof = createProof(decision, key, now);
    expect(isVoucherGenuine(decision, { nonce: proof.nonce, mac: proof.mac }, database, key)).toBe(false);
  });
});
