import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { ApprovalError } from "../errors.ts";
import type { ApprovalVoucher } from "../model/install.ts";
import { lengthPrefixed } from "./digest.ts";

/** Length of the key that the page and the command know and the event bus does not. */
export const APPROVAL_KEY_BYTES = 32;
/** How long a proof may be used after a person gave it. */
export const PROOF_TTL_MS = 5 * 60_000;
const MAX_CLOCK_SKEW_MS = 60_000;

/** What a person decided, in the form they saw it. */
export interface Decision {
  /**
   * `approve_creation` makes a new kata here. The others with more than `approve` accept, for this one install, a
   * graph that another Ronin version's compiler made, signatures that have expired, or both.
   */
  decision:
    | "approve"
    | "approve_other_compiler"
    | "approve_stale"
    | "approve_other_compiler_stale"
    | "approve_creation"
    | "reject";
  proposalId: string;
  /** `realm:name@version` */
  kata: string;
  sourceHash: string;
  compiledHash: string;
  planHash: string;
  /** Who decided. */
  by: string;
}

/** Travels in the event. Without the key nobody can make one, and it fits one decision only. */
export const approvalProofSchema = z.object({
  /** 32 hex digits; spent with the decision. */
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  /** Milliseconds since 1970. */
  expiresAt: z.int().nonnegative(),
  /** HMAC-SHA-256 as 64 hex digits. */
  mac: z.string().regex(/^[0-9a-f]{64}$/),
});

export type ApprovalProof = z.infer<typeof approvalProofSchema>;

/** A proof for one decision, good for {@link PROOF_TTL_MS}. */
export function createProof(decision: Decision, key: Uint8Array, now: number): ApprovalProof {
  const nonce = randomBytes(16).toString("hex");
  const expiresAt = now + PROOF_TTL_MS;
  return { nonce, expiresAt, mac: macOf(decision, nonce, expiresAt, key).toString("hex") };
}

/**
 * Returns when the holder of the key gave this very decision and the proof has not expired. That it is used
 * once only is the registry's part: it spends the nonce with the decision.
 *
 * @throws ApprovalError `proof_missing`, `proof_malformed`, `proof_wrong_key`, `proof_expired`
 */
export function verifyProof(decision: Decision, proof: unknown, key: Uint8Array, now: number): ApprovalProof {
  const read = readProof(proof);
  verifyMac(decision, read, key);
  if (now >= read.expiresAt || read.expiresAt > now + PROOF_TTL_MS + MAX_CLOCK_SKEW_MS) {
    throw new ApprovalError("proof_expired", "The approval is older than five minutes; approve again.");
  }
  return read;
}

/**
 * The host's signature under a decision whose proof it accepted, for the request's row. A proof travels on the
 * event bus and may be refused; only what this makes says that a decision was taken, here, and what it was.
 *
 * @param database path of the host's database: a row copied into another one vouches for nothing there
 */
export function createVoucher(
  decision: Decision,
  nonce: string,
  database: string,
  key: Uint8Array,
): ApprovalVoucher {
  return { nonce, mac: voucherMac(decision, nonce, database, key).toString("hex") };
}

/** Whether the voucher was made with this key, for this decision and database. However old it is. */
export function isVoucherGenuine(
  decision: Decision,
  voucher: ApprovalVoucher,
  database: string,
  key: Uint8Array,
): boolean {
  const given = Buffer.from(voucher.mac, "hex");
  const expected = voucherMac(decision, voucher.nonce, database, key);
  return given.byteLength === expected.byteLength && timingSafeEqual(expected, given);
}

function voucherMac(decision: Decision, nonce: string, database: string, key: Uint8Array): Buffer {
  const fields = ["ronin-realms voucher 1", database, ...fieldsOf(decision), nonce];
  return createHmac("sha256", key).update(lengthPrefixed(fields)).digest();
}

function readProof(proof: unknown): ApprovalProof {
  if (proof === undefined || proof === null) {
    throw new ApprovalError("proof_missing", "The decision carries no proof that a person gave it.");
  }
  const parsed = approvalProofSchema.safeParse(proof);
  if (!parsed.success) throw new ApprovalError("proof_malformed", "The decision's proof cannot be read.");
  return parsed.data;
}

function verifyMac(decision: Decision, proof: ApprovalProof, key: Uint8Array): void {
  if (isMacRight(decision, proof, key)) return;
  throw new ApprovalError(
    "proof_wrong_key",
    "The proof was not made with this host's approval key for this decision.",
  );
}

function isMacRight(decision: Decision, proof: ApprovalProof, key: Uint8Array): boolean {
  const expected = macOf(decision, proof.nonce, proof.expiresAt, key);
  return timingSafeEqual(expected, Buffer.from(proof.mac, "hex"));
}

function macOf(decision: Decision, nonce: string, expiresAt: number, key: Uint8Array): Buffer {
  const fields = ["ronin-realms approval 1", ...fieldsOf(decision), nonce, String(expiresAt)];
  return createHmac("sha256", key).update(lengthPrefixed(fields)).digest();
}

function fieldsOf(decision: Decision): string[] {
  return [
    decision.decision,
    decision.proposalId,
    decision.kata,
    decision.sourceHash,
    decision.compiledHash,
    decision.planHash,
    decision.by,
  ];
}
