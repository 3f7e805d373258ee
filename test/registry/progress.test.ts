import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { canChangeInstallState, type InstallState } from "../../lib/model/install.ts";
import { codeOf } from "../support/throws.ts";
import { createAuditWorld, receiptOf, START } from "./world.ts";

const audit = { kataName: "finance.audit", kataVersion: "v2" };

describe("an approved install", () => {
  test("moves step by step to installed", () => {
    const { registry, approved } = createAuditWorld();
    const { id } = approved();
    for (const state of ["downloading", "verified", "registered"] as const) {
      registry.moveInstall(id, state);
      expect(registry.getRequest(id).installState).toBe(state);
    }
    registry.completeInstall(id, [receiptOf(audit)]);
    expect(registry.getRequest(id)).toMatchObject({ status: "approved", installState: "installed" });
  });

  const passing = ["downloading", "verified", "registered"] as const;
  const states: Array<InstallState | undefined> = [undefined, ...passing, "installed", "failed"];

  /** A request whose install has come to `state`. */
  function createInstall(state: InstallState | undefined) {
    const world = createAuditWorld();
    const steps =
      state === "installed" ? [...passing] : passing.slice(0, passing.indexOf(state as never) + 1);
    const { id } = world.approved(...steps);
    if (state === "installed") world.registry.completeInstall(id, [receiptOf(audit)]);
    if (state === "failed") world.registry.failInstall(id, "parse_failed", "line 1");
    return { registry: world.registry, id };
  }

  test.each(states.flatMap((from) => states.slice(1).map((to) => [from, to as InstallState] as const)))(
    "that is %s becomes %s only where the rules allow it",
    (from, to) => {
      const { registry, id } = createInstall(from);
      const before = registry.getRequest(id);
      expect(before.installState).toBe(from);
      const change = () => {
        if (to === "installed") registry.completeInstall(id, [receiptOf(audit)]);
        else if (to === "failed") registry.failInstall(id, "internal", "stopped");
        else registry.moveInstall(id, to);
      };
      const receiptsBefore = registry.getReceipts();
      if (canChangeInstallState(from, to)) {
        change();
        expect(registry.getRequest(id).installState).toBe(to);
      } else {
        expect(codeOf(change, RegistryError)).toBe("invalid_transition");
        expect(registry.getRequest(id)).toEqual(before);
        expect(registry.getReceipts()).toEqual(receiptsBefore);
      }
    },
  );

  test("that fails says why", () => {
    const { registry, approved } = createAuditWorld();
    const { id } = approved("downloading");
    registry.failInstall(id, "source_hash_mismatch", "The source was changed on the way.");
    expect(registry.getRequest(id)).toMatchObject({
      status: "approved",
      installState: "failed",
      failureCode: "source_hash_mismatch",
      failureMessage: "The source was changed on the way.",
    });
  });

  test("cannot be given a state or code that does not exist", () => {
    const { registry, approved } = createAuditWorld();
    const { id } = approved();
    expect(codeOf(() => registry.moveInstall(id, "installed" as never), RegistryError)).toBe("invalid_input");
    expect(codeOf(() => registry.failInstall(id, "oops" as never, "x"), RegistryError)).toBe("invalid_input");
    expect(registry.getRequest(id).installState).toBeUndefined();
  });
});

describe("a request that is not approved", () => {
  test("has no progress, whether it is pending, rejected or unknown", () => {
    const { registry, request } = createAuditWorld();
    const pending = request("v1").id;
    const rejected = request("v2").id;
    registry.rejectInstall(rejected, "no");
    for (const [id, code] of [
      [pending, "invalid_transition"],
      [rejected, "invalid_transition"],
      ["nope", "unknown_request"],
    ] as const) {
      expect(codeOf(() => registry.moveInstall(id, "downloading"), RegistryError)).toBe(code);
      expect(codeOf(() => registry.failInstall(id, "internal", "x"), RegistryError)).toBe(code);
      expect(codeOf(() => registry.completeInstall(id, [receiptOf(audit)]), RegistryError)).toBe(code);
    }
    expect(registry.countReceipts()).toBe(0);
  });
});

describe("completing an install", () => {
  const done = ["downloading", "verified", "registered"] as const;

  test("writes a receipt for every kata, with id, time and request", () => {
    const { registry, approved, pass } = createAuditWorld();
    const { id } = approved(...done);
    pass(9000);
    const helper = receiptOf({ kataName: "notify.user", kataVersion: "v1" }, { checksumVerified: false });
    const written = registry.completeInstall(id, [helper, receiptOf(audit)]);
    expect(written).toEqual([
      { ...helper, id: expect.any(String), installedAt: START + 9000, requestId: id },
      { ...receiptOf(audit), id: expect.any(String), installedAt: START + 9000, requestId: id },
    ]);
    expect(new Set(written.map((receipt) => receipt.id)).size).toBe(2);
    expect(registry.getReceipts({ requestId: id })).toEqual(written.toReversed());
  });

  test("without a receipt for the request's own kata writes nothing", () => {
    const { registry, approved } = createAuditWorld();
    const { id } = approved(...done);
    for (const receipts of [
      [],
      [receiptOf({ kataName: "notify.user", kataVersion: "v2" })],
      [receiptOf({ kataName: "finance.audit", kataVersion: "v1" })],
    ]) {
      expect(codeOf(() => registry.completeInstall(id, receipts), RegistryError)).toBe("invalid_input");
    }
    expect(registry.countReceipts()).toBe(0);
    expect(registry.getRequest(id).installState).toBe("registered");
  });

  test("with one wrong receipt writes none of them", () => {
    const { registry, approved } = createAuditWorld();
    const { id } = approved(...done);
    const complete = () =>
      registry.completeInstall(id, [receiptOf(audit), receiptOf(audit, { sourceHash: "abc" })]);
    expect(codeOf(complete, RegistryError)).toBe("invalid_input");
    expect(complete).toThrow("receipts[1].sourceHash: ");
    expect(registry.countReceipts()).toBe(0);
  });

  test("counts a receipt as this request's, whatever it says itself", () => {
    const { registry, approved } = createAuditWorld();
    const { id } = approved(...done);
    const [receipt] = registry.completeInstall(id, [receiptOf(audit, { requestId: "another" })]);
    expect(receipt?.requestId).toBe(id);
  });
});
