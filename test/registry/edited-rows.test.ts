import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { codeOf } from "../support/throws.ts";
import { createAuditWorld, createWorldWith, kataOf, offerOf, proofOf, realmOf, receiptOf } from "./world.ts";

describe("a row of the index that was edited behind our back", () => {
  test.each([
    ["required_skills", "not JSON"],
    ["required_skills", '{"a":1}'],
    ["tags", "[1]"],
    ["tags", null],
    ["required_katas", "nonsense"],
    ["complexity", "hard"],
    ["source_hash", "abc"],
    ["compiled_hash", null],
    ["min_ronin_version", "newest"],
    ["status", "great"],
    ["description", new Uint8Array([5])],
    ["seq", "seven"],
    ["documentation", "javascript:alert(1)"],
    ["last_modified", 1.5],
  ])("in %s, to %p, is left out where it is asked for, and is not installed", (column, value) => {
    const { registry, records } = createWorldWith("central");
    registry.indexKatas("central", [kataOf("a.b", "v1"), kataOf("a.b", "v2"), kataOf("a.c")]);
    records.run(`UPDATE realm_kata_index SET ${column} = ? WHERE kata_name = 'a.c' OR kata_version = 'v2'`, [
      value,
    ]);
    expect(registry.findKata("central", "a.c", "v1")).toBeUndefined();
    expect(registry.getVersions("central", "a.b").map((kata) => kata.version)).toEqual(["v1"]);
    expect(codeOf(() => registry.requestInstall("a.c", "v1", "central"), RegistryError)).toBe("unknown_kata");
  });

  test.each([
    ["versions", "not JSON"],
    ["versions", "[]"],
    ["versions", '[{"name":"a.c","version":"v1"}]'],
    ["versions", new Uint8Array([5])],
    ["checksum", 7],
    ["checksum", "seven"],
  ])("where a search reads it, in %s, to %p, gives way to what the versions say", (column, value) => {
    const { registry, records } = createWorldWith("central");
    registry.indexKatas("central", [kataOf("a.b", "v1"), kataOf("a.b", "v2"), kataOf("a.c")]);
    const before = registry.discover("*");
    records.run(`UPDATE realm_katas SET ${column} = ?`, [value]);
    expect(registry.discover("*")).toEqual(before);
    records.run(
      "UPDATE realm_kata_index SET tags = 'not JSON' WHERE kata_version = 'v2' OR kata_name = 'a.c'",
    );
    expect(registry.discover("*").map(({ name, versions }) => [name, versions.length])).toEqual([["a.b", 1]]);
  });

  test("where a search reads it, to another kata's name, is not found by either", () => {
    const { registry, records } = createWorldWith("central");
    registry.indexKatas("central", [kataOf("a.b"), kataOf("a.c")]);
    records.run("UPDATE realm_katas SET kata_name = 'a.d' WHERE kata_name = 'a.c'");
    expect(registry.discover("*").map(({ name }) => name)).toEqual(["a.b"]);
  });

  test("in its hash is a conflict at the next sync, not a silent repair", () => {
    const { registry, records } = createWorldWith("central");
    registry.indexKatas("central", [kataOf("a.b")]);
    records.run("UPDATE realm_kata_index SET source_hash = 'abc'");
    expect(codeOf(() => registry.indexKatas("central", [kataOf("a.b")]), RegistryError)).toBe(
      "hash_conflict",
    );
  });
});

describe("a request that was edited behind our back", () => {
  test.each([
    ["offers", "not JSON"],
    ["offers", '[{"version":"v1"}]'],
    ["status", "open"],
    ["install_state", "almost"],
    ["kind", "destroy"],
    ["requested_at", "yesterday"],
    ["kata_name", null],
    ["approved_by", new Uint8Array([7])],
    ["accept_other_compiler", 2],
    ["accept_stale", 2],
  ])("in %s, to %p, is an error that names table and column, and hides no other", (column, value) => {
    const { registry, records, request } = createAuditWorld();
    const { id } = request();
    records.run(`UPDATE kata_install_requests SET ${column} = ?`, [value]);
    const read = () => registry.getRequest(id);
    expect(codeOf(read, RegistryError)).toBe("invalid_input");
    expect(read).toThrow(`kata_install_requests.${column}`);
    const other = registry.requestInstall("finance.audit", "v1", "central").id;
    expect(registry.getRequests().map((found) => found.id)).toEqual([other]);
    expect(codeOf(() => registry.approveInstall(id, "user123"), RegistryError)).toBe("invalid_input");
  });

  test("to a failure code that this build does not know reads as an internal one", () => {
    const { registry, records, approved } = createAuditWorld();
    const { id } = approved("downloading");
    registry.failInstall(id, "parse_failed", "line 1");
    records.run("UPDATE kata_install_requests SET failure_code = 'from_the_future'");
    expect(registry.getRequest(id)).toMatchObject({ failureCode: "internal", failureMessage: "line 1" });
  });

  test("in its proof gives what is there, for the check to refuse", () => {
    const { registry, records, request } = createAuditWorld();
    const { id } = request();
    registry.approveInstall(id, "user123", { proof: proofOf("p") });
    records.run("UPDATE kata_install_requests SET proof = '{\"nonce\":1}'");
    expect(registry.getProof(id)).toEqual({ nonce: 1 });
    records.run("UPDATE kata_install_requests SET proof = 'not JSON'");
    expect(registry.getProof(id)).toBe("not JSON");
  });
});

describe("another row that was edited behind our back", () => {
  test.each([
    ["names", "acme.*"],
    ["names", "[7]"],
    ["type", "shared"],
    ["enabled", 2],
    ["cache_strategy", "never"],
    ["created_at", "long ago"],
  ])("a realm's, in %s to %p, is an error: its bindings must not vanish", (column, value) => {
    const { registry, records } = createWorldWith(realmOf("team", { names: ["acme.*"] }), "central");
    records.run(`UPDATE realms SET ${column} = ? WHERE id = 'team'`, [value]);
    for (const read of [
      () => registry.getRealms(),
      () => registry.findRealm("team"),
      () => registry.discover("*", ["central"]),
      () => registry.findKata("central", "acme.audit", "v1"),
    ]) {
      expect(codeOf(read, RegistryError)).toBe("invalid_input");
      expect(read).toThrow(`realms.${column}`);
    }
  });

  test("a realm's without the columns that the guide lets be NULL is disabled and otherwise fine", () => {
    const { registry, records } = createWorldWith("central");
    records.run("UPDATE realms SET enabled = NULL, created_at = NULL");
    expect(registry.getRealms()).toMatchObject([{ id: "central", enabled: false }]);
    expect(registry.getEnabledRealms()).toEqual([]);
    registry.registerRealm(realmOf("central", { createdAt: 5 }));
    expect(registry.findRealm("central")?.createdAt).toBe(5);
  });

  test("a sync status's, in its time, is an error", () => {
    const { registry, records } = createWorldWith("central");
    records.run("UPDATE realms SET last_attempt_at = 'never'");
    expect(codeOf(() => registry.getSyncStatus("central"), RegistryError)).toBe("invalid_input");
  });

  test("a source's, to text, is an error", () => {
    const { registry, records } = createAuditWorld();
    const { sourceHash } = offerOf("v1");
    registry.saveSource(sourceHash, new Uint8Array([1]));
    records.run("UPDATE kata_sources SET bytes = 'text'");
    expect(codeOf(() => registry.findSource(sourceHash), RegistryError)).toBe("invalid_input");
  });

  test("a receipt's, written by another program in a shape of its own, is an error", () => {
    const { registry, records, approved } = createAuditWorld();
    const { id } = approved("downloading", "verified", "registered");
    registry.completeInstall(id, [receiptOf({ kataName: "finance.audit", kataVersion: "v2" })]);
    records.run(
      `INSERT INTO kata_install_receipts VALUES ('x', 'a', 'v1', 'r', 'today', 1, 's', 'c', 'me', NULL, NULL, NULL, NULL)`,
    );
    const read = () => registry.getReceipts();
    expect(codeOf(read, RegistryError)).toBe("invalid_input");
    expect(read).toThrow("kata_install_receipts.installed_at");
  });
});
