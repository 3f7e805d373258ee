import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { codeOf } from "../support/throws.ts";
import { createAuditWorld, proofOf, START } from "./world.ts";

describe("approving", () => {
  test("records who and when, and starts no install", () => {
    const { registry, request, pass } = createAuditWorld();
    const { id } = request();
    pass(5000);
    const approved = registry.approveInstall(id, "user123");
    expect(approved).toMatchObject({
      id,
      status: "approved",
      approvedAt: START + 5000,
      approvedBy: "user123",
      kataVersion: "v2",
    });
    expect(approved.installState).toBeUndefined();
    expect(approved.acceptOtherCompiler).toBeUndefined();
    expect(registry.getRequest(id)).toEqual(approved);
    expect(registry.getPendingRequests()).toEqual([]);
    expect(registry.getProof(id)).toBeUndefined();
  });

  test("with a chosen version makes the request one for that version", () => {
    const { registry, request } = createAuditWorld();
    expect(registry.approveInstall(request("v2").id, "user123", { kataVersion: "v3" }).kataVersion).toBe(
      "v3",
    );
  });

  test("notes that a person accepts another compiler's graph", () => {
    const { registry, request } = createAuditWorld();
    const { id } = request();
    registry.approveInstall(id, "user123", { acceptOtherCompiler: true });
    expect(registry.getRequest(id).acceptOtherCompiler).toBe(true);
  });

  test("keeps the proof for recovery", () => {
    const { registry, request } = createAuditWorld();
    const { id } = request();
    registry.approveInstall(id, "user123", { proof: proofOf("p") });
    expect(registry.getProof(id)).toEqual(proofOf("p"));
    expect(JSON.stringify(registry.getRequest(id))).not.toContain(proofOf("p").mac);
  });

  test.each([
    ["approvedBy", "", {}],
    ["choice.kataVersion", "user123", { kataVersion: "newest" }],
    ["choice.proof.nonce", "user123", { proof: { ...proofOf("p"), nonce: "x" } }],
  ])("with a wrong %s is refused, and the request stays pending", (path, by, choice) => {
    const { registry, request } = createAuditWorld();
    const { id } = request();
    const approve = () => registry.approveInstall(id, by, choice);
    expect(codeOf(approve, RegistryError)).toBe("invalid_input");
    expect(approve).toThrow(path);
    expect(registry.getRequest(id).status).toBe("pending");
  });
});

describe("rejecting", () => {
  test("records why, by whom and when, and leaves the approval empty", () => {
    const { registry, request, records, pass } = createAuditWorld();
    const { id } = request();
    pass(5000);
    const rejected = registry.rejectInstall(id, "too broad", { rejectedBy: "user9", proof: proofOf("p") });
    expect(rejected).toMatchObject({ status: "rejected", reason: "too broad" });
    expect(rejected.approvedAt).toBeUndefined();
    expect(rejected.approvedBy).toBeUndefined();
    expect(registry.getProof(id)).toEqual(proofOf("p"));
    const [row] = records
      .query("SELECT approved_at, rejected_by, decided_at FROM kata_install_requests")
      .all();
    expect(row).toEqual({ approved_at: null, rejected_by: "user9", decided_at: START + 5000 });
  });

  test("with a reason alone is enough, as in the guide", () => {
    const { registry, request } = createAuditWorld();
    expect(registry.rejectInstall(request().id, "no").reason).toBe("no");
  });
});

describe("a decision", () => {
  const decisions = {
    approve: ({ registry }: ReturnType<typeof createAuditWorld>, id: string) =>
      registry.approveInstall(id, "user123"),
    reject: ({ registry }: ReturnType<typeof createAuditWorld>, id: string) =>
      registry.rejectInstall(id, "no"),
  };

  test.each([
    ["approve", "approve"],
    ["approve", "reject"],
    ["reject", "approve"],
    ["reject", "reject"],
  ] as const)("is taken once: after %s no %s", (first, second) => {
    const world = createAuditWorld();
    const { id } = world.request();
    const decided = decisions[first](world, id);
    expect(codeOf(() => decisions[second](world, id), RegistryError)).toBe("invalid_transition");
    expect(world.registry.getRequest(id)).toEqual(decided);
  });

  test("on an unknown request is refused", () => {
    const world = createAuditWorld();
    expect(codeOf(() => decisions.approve(world, "nope"), RegistryError)).toBe("unknown_request");
    expect(codeOf(() => decisions.reject(world, "nope"), RegistryError)).toBe("unknown_request");
    expect(codeOf(() => world.registry.getProof("nope"), RegistryError)).toBe("unknown_request");
  });

  test("spends the proof's nonce: it decides nothing else, whichever way", () => {
    const { registry, request } = createAuditWorld();
    const proof = proofOf("p");
    registry.approveInstall(request("v1").id, "user123", { proof });
    const [second, third] = [request("v2").id, request("v3").id];
    expect(codeOf(() => registry.approveInstall(second, "user123", { proof }), RegistryError)).toBe(
      "proof_spent",
    );
    expect(codeOf(() => registry.rejectInstall(third, "no", { proof }), RegistryError)).toBe("proof_spent");
    expect(registry.getPendingRequests().map(({ id }) => id)).toEqual([second, third]);
    expect(registry.approveInstall(second, "user123", { proof: proofOf("q") }).status).toBe("approved");
  });

  test("that is refused spends nothing", () => {
    const { registry, approved, request } = createAuditWorld();
    const proof = proofOf("p");
    expect(codeOf(() => registry.approveInstall(approved().id, "user123", { proof }))).toBe(
      "invalid_transition",
    );
    expect(registry.approveInstall(request("v3").id, "user123", { proof }).status).toBe("approved");
  });
});
