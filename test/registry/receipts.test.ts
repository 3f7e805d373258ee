import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { codeOf } from "../support/throws.ts";
import { createAuditWorld, hashOf, offerOf, receiptOf } from "./world.ts";

const done = ["downloading", "verified", "registered"] as const;
const audit = { kataName: "finance.audit", kataVersion: "v2" };

function createInstalled() {
  const world = createAuditWorld();
  const install = (fields = {}) => {
    const { id } = world.approved(...done);
    return world.registry.completeInstall(id, [receiptOf(audit, fields)])[0]?.id ?? "";
  };
  return { ...world, install };
}

describe("receipts", () => {
  test("come newest first, also within one millisecond", () => {
    const { registry, install, pass } = createInstalled();
    const ids = [install(), install()];
    pass(1);
    ids.push(install());
    expect(registry.getReceipts().map(({ id }) => id)).toEqual(ids.toReversed());
    expect(registry.getReceipts({ limit: 1 }).map(({ id }) => id)).toEqual(ids.slice(-1));
    expect(registry.countReceipts()).toBe(3);
  });

  test("of each kata, version and source the newest: a long history is not read to see what stands", () => {
    const { registry, install, pass } = createInstalled();
    const sourceHash = hashOf("another source");
    install();
    const newest = install();
    pass(1);
    install({ sourceHash });
    const other = install({ sourceHash });
    expect(registry.getNewestReceipts().map(({ id }) => id)).toEqual([other, newest]);
  });

  test("are filtered by kata, version, realm and request", () => {
    const { registry, approved } = createInstalled();
    const { id } = approved(...done);
    registry.completeInstall(id, [
      receiptOf(audit),
      receiptOf({ kataName: "notify.user", kataVersion: "v1" }, { fromRealm: "team" }),
    ]);
    const namesFor = (filter: object) => registry.getReceipts(filter).map(({ kataName }) => kataName);
    expect(namesFor({ kataName: "notify.user" })).toEqual(["notify.user"]);
    expect(namesFor({ kataVersion: "v2" })).toEqual(["finance.audit"]);
    expect(namesFor({ fromRealm: "team" })).toEqual(["notify.user"]);
    expect(namesFor({ requestId: id })).toEqual(["notify.user", "finance.audit"]);
    expect(namesFor({ requestId: "other" })).toEqual([]);
    expect(namesFor({ fromRealm: "team", kataName: "finance.audit" })).toEqual([]);
  });

  test("with a wrong filter are refused", () => {
    const { registry } = createInstalled();
    expect(codeOf(() => registry.getReceipts({ limit: 0.5 }), RegistryError)).toBe("invalid_input");
  });

  test.each([
    ["UPDATE kata_install_receipts SET checksum_verified = 0"],
    ["DELETE FROM kata_install_receipts"],
    ["INSERT OR REPLACE INTO kata_install_receipts SELECT * FROM kata_install_receipts"],
    [
      `INSERT OR REPLACE INTO kata_install_receipts (
         rowid, id, kata_name, kata_version, from_realm, installed_at, checksum_verified, source_hash,
         compiled_hash, installed_by
       ) VALUES (1, 'new', 'a', 'v1', 'r', 1, 1, 's', 'c', 'me')`,
    ],
  ])("are only ever added: %s is refused by the database itself", (sql) => {
    const { registry, records, install } = createInstalled();
    install();
    const before = registry.getReceipts();
    expect(() => records.run(sql)).toThrow("receipts are only ever added");
    expect(registry.getReceipts()).toEqual(before);
  });

  test("stay when their realm is removed", () => {
    const { registry, install } = createInstalled();
    install();
    registry.removeRealm("central");
    expect(registry.countReceipts()).toBe(1);
  });
});

describe("kept sources", () => {
  const bytes = new TextEncoder().encode("kata finance.audit v1\n\0é");

  test("come back byte for byte, the last ones under a hash: a damaged copy is replaced", () => {
    const { registry } = createInstalled();
    expect(registry.findSource(hashOf("s"))).toBeUndefined();
    registry.saveSource(hashOf("s"), new Uint8Array([1]));
    registry.saveSource(hashOf("s"), bytes);
    expect(registry.findSource(hashOf("s"))).toEqual(bytes);
    registry.saveSource(hashOf("empty"), new Uint8Array());
    expect(registry.findSource(hashOf("empty"))).toEqual(new Uint8Array());
  });

  test("need a hash for a name", () => {
    const { registry } = createInstalled();
    expect(codeOf(() => registry.saveSource("../x", bytes), RegistryError)).toBe("invalid_input");
  });

  test("are dropped when neither an open or approved request nor a receipt names them", () => {
    const { registry, install, request } = createInstalled();
    install({ sourceHash: hashOf("received") });
    const pending = request("v1").id;
    registry.updateOffers(pending, [offerOf("v1", "pending"), offerOf("v2", "pending too")]);
    const approved = request("v3").id;
    registry.updateOffers(approved, [offerOf("v3", "approved")]);
    registry.approveInstall(approved, "user123");
    const rejected = request("v2").id;
    registry.updateOffers(rejected, [offerOf("v2", "rejected")]);
    registry.rejectInstall(rejected, "no");

    const named = [
      hashOf("received"),
      ...["pending", "pending too", "approved"].map((seed) => offerOf("v1", seed).sourceHash),
    ];
    const unnamed = [
      hashOf("nobody"),
      offerOf("v1", "rejected").sourceHash,
      offerOf("v1", "pending").compiledHash,
    ];
    for (const hash of [...named, ...unnamed]) registry.saveSource(hash, bytes);
    expect(registry.pruneSources()).toBe(3);
    expect(named.map((hash) => registry.findSource(hash) !== undefined)).toEqual([true, true, true, true]);
    expect(unnamed.map((hash) => registry.findSource(hash))).toEqual([undefined, undefined, undefined]);
    expect(registry.pruneSources()).toBe(0);
  });

  test("are dropped also while a request holds offers that cannot be read", () => {
    const { registry, records, request } = createInstalled();
    request("v1");
    for (const offers of ["not JSON", "[1,null,{}]", "{}", '"x"']) {
      records.run("UPDATE kata_install_requests SET offers = ?", [offers]);
      registry.saveSource(hashOf("nobody"), bytes);
      expect(registry.pruneSources()).toBe(1);
    }
  });
});
