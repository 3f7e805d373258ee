import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import type { SignedTrust } from "../../lib/trust/trust-level.ts";
import { codeOf } from "../support/throws.ts";

const DAY_MS = 24 * 3_600_000;
const START = Date.parse("2026-11-22T06:00:00Z");

const signed: SignedTrust = {
  trust: "first-use",
  root: "a".repeat(64),
  currentRoot: "b".repeat(64),
  versions: { root: 2, timestamp: 5, snapshot: 4, targets: 3 },
  keys: { timestamp: "c".repeat(64), snapshot: "d".repeat(64) },
  seq: 10,
  expiresAt: START + 90 * DAY_MS,
};

function createWorld() {
  const records = new Database(":memory:");
  const clock = { at: START, now: () => clock.at };
  const registry = new RealmsRegistry(records, { clock });
  registry.registerRealm({
    id: "acme",
    name: "Acme",
    type: "custom",
    url: "https://acme.example",
    enabled: true,
  });
  registry.registerRealm({ id: "local", name: "Here", type: "local", enabled: true });
  return { records, registry, clock };
}

describe("what the registry remembers of a realm's signatures", () => {
  test("comes back as it was given", () => {
    const { registry } = createWorld();
    expect(registry.findRealmTrust("acme")).toBeUndefined();
    registry.recordRealmTrust("acme", signed);
    expect(registry.findRealmTrust("acme")).toEqual(signed);
  });

  test("is raised, and never lowered", () => {
    const { registry } = createWorld();
    registry.recordRealmTrust("acme", signed);
    registry.recordRealmTrust("acme", { ...signed, versions: { ...signed.versions, timestamp: 4 }, seq: 9 });
    expect(registry.findRealmTrust("acme")).toEqual(signed);
    registry.recordRealmTrust("acme", { ...signed, seq: 11 });
    expect(registry.findRealmTrust("acme")).toEqual({ ...signed, seq: 11 });
  });

  test("refuses an unsigned state after a signed one", () => {
    const { registry } = createWorld();
    registry.recordRealmTrust("acme", signed);
    const record = () => registry.recordRealmTrust("acme", { trust: "unsigned" });
    expect(codeOf(record, RegistryError)).toBe("invalid_transition");
    expect(registry.findRealmTrust("acme")).toEqual(signed);
  });

  test("stays when the realm is removed and added again", () => {
    const { registry } = createWorld();
    registry.recordRealmTrust("acme", signed);
    registry.removeRealm("acme");
    registry.registerRealm({
      id: "acme",
      name: "Acme",
      type: "custom",
      url: "https://acme.example",
      enabled: true,
    });
    expect(registry.findRealmTrust("acme")).toEqual(signed);
  });

  test.each([
    ["root = 'x'"],
    ["timestamp_version = 0"],
    ["seq = NULL"],
    ["trust = 'absolute'"],
    ["expires_at = 'never'"],
  ])("is an error once somebody edited it to %s, and the realm is stale", (change) => {
    const { registry, records } = createWorld();
    registry.recordRealmTrust("acme", signed);
    records.run(`UPDATE realm_trust SET ${change}`);
    expect(codeOf(() => registry.findRealmTrust("acme"), RegistryError)).toBe("invalid_input");
    expect(registry.findRealm("acme")?.trust).toBe("stale");
  });

  test.each<[string, unknown]>([
    ["nothing", null],
    ["half a state", { trust: "pinned" }],
    ["a publish number that is none", { ...signed, seq: -1 }],
    ["a root that is no hash", { ...signed, root: "x" }],
  ])("is not given as %s", (_name, given) => {
    const { registry } = createWorld();
    const record = () => registry.recordRealmTrust("acme", given as SignedTrust);
    expect(codeOf(record, RegistryError)).toBe("invalid_input");
  });
});

describe("a realm's trust level", () => {
  test("stands with the realm, and is missing before its first sync", () => {
    const { registry } = createWorld();
    expect(registry.getRealms().map(({ id, trust }) => [id, trust])).toEqual([
      ["acme", undefined],
      ["local", undefined],
    ]);
    registry.recordRealmTrust("acme", signed);
    expect(registry.findRealm("acme")?.trust).toBe("first-use");
    expect(registry.getRealms()[0]?.trust).toBe("first-use");
  });

  test("becomes stale when the signatures end, by the clock alone", () => {
    const { registry, clock } = createWorld();
    registry.recordRealmTrust("acme", signed);
    clock.at = signed.expiresAt - 1;
    expect(registry.findRealm("acme")?.trust).toBe("first-use");
    clock.at += 1;
    expect(registry.findRealm("acme")?.trust).toBe("stale");
  });

  test("becomes stale when a sync found expired signatures, until one succeeds", () => {
    const { registry } = createWorld();
    registry.recordRealmTrust("acme", signed);
    registry.recordSyncFailure("acme", START, "metadata_expired", "expired");
    expect(registry.findRealm("acme")?.trust).toBe("stale");
    registry.recordSyncSuccess("acme", START);
    expect(registry.findRealm("acme")?.trust).toBe("first-use");
  });
});

describe("resetting a realm", () => {
  test("forgets it, and keeps who did it and what was insisted on before", () => {
    const { registry } = createWorld();
    registry.recordRealmTrust("acme", signed);
    const reset = { realmId: "acme", at: START, by: "mira", root: signed.root, seq: 10 };
    expect(registry.resetRealmTrust("acme", "mira")).toEqual(reset);
    expect(registry.findRealmTrust("acme")).toBeUndefined();
    expect(registry.getTrustResets("acme")).toEqual([reset]);
    registry.recordRealmTrust("acme", { ...signed, seq: 3 });
    expect(registry.findRealmTrust("acme")).toEqual({ ...signed, seq: 3 });
  });

  test("needs a realm that something is known of, and a person", () => {
    const { registry } = createWorld();
    expect(codeOf(() => registry.resetRealmTrust("acme", "mira"), RegistryError)).toBe("unknown_realm");
    registry.recordRealmTrust("acme", signed);
    expect(codeOf(() => registry.resetRealmTrust("acme", ""), RegistryError)).toBe("invalid_input");
    expect(registry.findRealmTrust("acme")).toEqual(signed);
  });
});
