import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegistryBusyError } from "../../lib/errors.ts";
import { type Notice, RealmsRegistry } from "../../lib/registry/registry.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { codeOf } from "../support/throws.ts";
import { hashOf, kataOf, offerOf, proofOf, realmOf, receiptOf } from "./world.ts";

let folder: string;
let records: Database;
let host: Database;
let registry: RealmsRegistry;
let ids: { pending: string; approved: string; registered: string };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ronin-realms-busy-"));
  records = new Database(join(folder, "ronin.db"));
  host = new Database(join(folder, "ronin.db"));
  registry = new RealmsRegistry(records);
  host.run("CREATE TABLE host_table (x)");
  host.run(
    `CREATE TABLE kata_definitions (name TEXT, version TEXT, source_code TEXT, compiled_graph TEXT,
       required_skills TEXT, checksum TEXT, created_at INTEGER)`,
  );
  host.run("INSERT INTO kata_definitions VALUES ('own.kata', 'v1', 'source', '{}', '[]', 'sum', 1)");
  host
    .query(
      `INSERT INTO kata_install_receipts (id, kata_name, kata_version, from_realm, installed_at,
         checksum_verified, source_hash, compiled_hash, installed_by)
       VALUES ('r1', 'own.kata', 'v1', 'central', 1, 1, ?, 'c', 'user123')`,
    )
    .run(sha256Hex("source"));
  registry.registerRealm(realmOf("central"));
  registry.recordRealmTrust("central", { trust: "unsigned" });
  registry.indexKatas("central", [kataOf("a.a"), kataOf("a.b"), kataOf("a.c")]);
  const open = (name: string) => registry.requestInstall(name, "v1", "central").id;
  ids = { pending: open("a.a"), approved: open("a.b"), registered: open("a.c") };
  registry.approveInstall(ids.approved, "user123");
  registry.approveInstall(ids.registered, "user123", { proof: proofOf("p") });
  for (const state of ["downloading", "verified", "registered"] as const)
    registry.moveInstall(ids.registered, state);
});

afterEach(() => {
  records.close();
  host.close();
  rmSync(folder, { recursive: true, force: true });
});

const writes: Record<string, () => unknown> = {
  registerRealm: () => registry.registerRealm(realmOf("team")),
  setRealmEnabled: () => registry.setRealmEnabled("central", false),
  removeRealm: () => registry.removeRealm("central"),
  recordSyncSuccess: () => registry.recordSyncSuccess("central", 1),
  recordSyncFailure: () => registry.recordSyncFailure("central", 1, "timeout", "x"),
  indexKatas: () => registry.indexKatas("central", [kataOf("a.d")]),
  replaceIndex: () => registry.replaceIndex("central", [], { allowRemoval: true }),
  setRealmValidator: () => registry.setRealmValidator("central", { etag: '"1"' }),
  requestInstall: () => registry.requestInstall("a.b", "v1", "central"),
  approveInstall: () => registry.approveInstall(ids.pending, "user123", { proof: proofOf("q") }),
  rejectInstall: () => registry.rejectInstall(ids.pending, "no"),
  updateOffers: () => registry.updateOffers(ids.pending, [offerOf("v1")]),
  moveInstall: () => registry.moveInstall(ids.approved, "downloading"),
  failInstall: () => registry.failInstall(ids.approved, "internal", "x"),
  noteAnnounced: () => registry.noteAnnounced(ids.approved),
  completeInstall: () =>
    registry.completeInstall(ids.registered, [receiptOf({ kataName: "a.c", kataVersion: "v1" })]),
  saveSource: () => registry.saveSource(hashOf("s"), new Uint8Array([1])),
  pruneSources: () => registry.pruneSources(),
  acquireLease: () => registry.acquireLease("sync", "one", 1000),
  releaseLease: () => registry.releaseLease("sync", "one"),
  recordRealmTrust: () => registry.recordRealmTrust("central", { trust: "unsigned" }),
  resetRealmTrust: () => registry.resetRealmTrust("central", "user123"),
  noteSeen: () => registry.noteSeen(noticeOf("update")),
  takeTelling: () => registry.takeTelling(noticeOf("withdrawn")),
  chooseUpdates: () => registry.chooseUpdates("a.a", { isPinned: true }, "user123"),
  removeHostKata: () => registry.removeHostKata({ name: "own.kata", version: "v1" }, "user123"),
};

function noticeOf(kind: Notice["kind"]): Notice {
  return { kind, realmId: "central", kataName: "a.a", kataVersion: "v1" };
}

const reads: Record<string, () => unknown> = {
  getUpdateChoice: () => registry.getUpdateChoice("a.a"),
  findDependants: () => registry.findDependants("a.a", "v1"),
  getRemovals: () => registry.getRemovals(),
  getRealms: () => registry.getRealms(),
  getEnabledRealms: () => registry.getEnabledRealms(),
  findRealm: () => registry.findRealm("central"),
  findApiKey: () => registry.findApiKey("central"),
  getSyncStatus: () => registry.getSyncStatus("central"),
  findKata: () => registry.findKata("central", "a.a", "v1"),
  getVersions: () => registry.getVersions("central", "a.a"),
  countKatas: () => registry.countKatas(),
  countVersions: () => registry.countVersions(),
  getRealmValidator: () => registry.getRealmValidator("central"),
  discover: () => registry.discover("a.a"),
  "discover with filters": () => registry.discover("a", undefined, { complexity: "simple" }),
  getRequest: () => registry.getRequest(ids.pending),
  findRequest: () => registry.findRequest(ids.pending),
  getPendingRequests: () => registry.getPendingRequests(),
  getRequests: () => registry.getRequests(),
  getProof: () => registry.getProof(ids.registered),
  getReceipts: () => registry.getReceipts(),
  countReceipts: () => registry.countReceipts(),
  getNewestReceipts: () => registry.getNewestReceipts(),
  getReceiptChain: () => registry.getReceiptChain(),
  findSource: () => registry.findSource(hashOf("s")),
  findHostKata: () => registry.findHostKata("a.a", "v1"),
  getHostKatas: () => registry.getHostKatas(),
  findRealmTrust: () => registry.findRealmTrust("central"),
  getTrustResets: () => registry.getTrustResets("central"),
};

/** Every row of every table, to compare. */
function dump(): string {
  const tables = host
    .query<{ name: string }, []>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'",
    )
    .all();
  return JSON.stringify(tables.map(({ name }) => [name, host.query(`SELECT * FROM "${name}"`).all()]));
}

test("every method of the registry is tried here", () => {
  const methods = Object.getOwnPropertyNames(RealmsRegistry.prototype).filter(
    (name) => name !== "constructor",
  );
  const tried = new Set([...Object.keys(writes), ...Object.keys(reads), "checkCompatibility"]);
  expect(methods.filter((name) => !tried.has(name))).toEqual([]);
});

describe("while another connection holds the write lock", () => {
  test.each(Object.keys(writes))("%s says so at once and writes nothing", (name) => {
    const before = dump();
    host.run("BEGIN IMMEDIATE");
    const startedAt = performance.now();
    expect(codeOf(() => writes[name]?.(), RegistryBusyError)).toBe("registry_busy");
    expect(performance.now() - startedAt).toBeLessThan(500);
    host.run("COMMIT");
    expect(dump()).toBe(before);
    expect(records.inTransaction).toBe(false);
    // The very same call is fine afterwards.
    writes[name]?.();
  });

  test.each(Object.keys(reads))("%s still reads", (name) => {
    host.run("BEGIN IMMEDIATE");
    reads[name]?.();
    host.run("COMMIT");
  });
});

describe("while another connection holds the whole file", () => {
  test.each(Object.keys(reads))("%s says so", (name) => {
    host.run("BEGIN EXCLUSIVE");
    expect(codeOf(() => reads[name]?.(), RegistryBusyError)).toBe("registry_busy");
    host.run("COMMIT");
    reads[name]?.();
  });

  test("a registry cannot be opened, and can afterwards", () => {
    host.run("BEGIN EXCLUSIVE");
    expect(codeOf(() => new RealmsRegistry(records), RegistryBusyError)).toBe("registry_busy");
    host.run("COMMIT");
    expect(new RealmsRegistry(records).getRealms()).toHaveLength(1);
  });

  test("an empty file cannot be migrated, and is left as it is", () => {
    const path = join(folder, "empty.db");
    const [holder, db] = [new Database(path), new Database(path)];
    holder.run("CREATE TABLE host_table (x)");
    holder.run("BEGIN IMMEDIATE");
    expect(codeOf(() => new RealmsRegistry(db), RegistryBusyError)).toBe("registry_busy");
    holder.run("COMMIT");
    expect(holder.query("SELECT name FROM sqlite_schema").values()).toEqual([["host_table"]]);
    holder.close();
    db.close();
  });
});

describe("a reader that another connection left open", () => {
  test("makes a write fail whole at its commit", () => {
    host.run("BEGIN");
    for (let x = 0; x < 3000; x++) host.run("INSERT INTO host_table VALUES (?)", [`${x}`.repeat(20)]);
    host.run("COMMIT");
    const cursor = host.query("SELECT x FROM host_table").iterate();
    cursor.next();
    expect(codeOf(() => registry.requestInstall("a.b", "v1", "central"), RegistryBusyError)).toBe(
      "registry_busy",
    );
    expect(records.inTransaction).toBe(false);
    cursor.return?.();
    expect(registry.requestInstall("a.b", "v1", "central").status).toBe("pending");
    expect(registry.getRequests()).toHaveLength(4);
  });
});

describe("after every method", () => {
  test.each([...Object.keys(writes), ...Object.keys(reads)])(
    "%s leaves no cursor behind: the host writes",
    (name) => {
      (writes[name] ?? reads[name])?.();
      host.run("INSERT INTO host_table VALUES (1)");
      expect(host.query("SELECT count(*) AS rows FROM host_table").get()).toEqual({ rows: 1 });
    },
  );
});
