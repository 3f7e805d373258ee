import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import { codeOf } from "../support/throws.ts";
import { createWorld, createWorldWith, hashOf, kataOf, realmOf, withdrawn } from "./world.ts";

const full: RealmKataMetadata = {
  ...kataOf("finance.audit", "v12"),
  requiredSkills: ["mail.search", "finance.extract"],
  minRoninVersion: "0.1.0",
  maxRoninVersion: "2.0.0",
  tags: ["finance", "Monthly report"],
  complexity: "complex",
  deprecated: true,
  installCount: 3,
  status: "deprecated",
  reason: "slow",
  replacedBy: "central:finance.audit@v13",
  description: "Checks a month's bills.",
  category: "money",
  requiredKatas: ["notify.user@v1"],
  author: "Ada",
  license: "MIT",
  documentation: "https://docs.example/audit",
  releaseDate: 0,
  lastModified: 1_700_000_000_000,
  changes: "faster",
  sourceBytes: 812,
  compiledWith: "1.1.1",
  seq: 41,
};

describe("indexing", () => {
  test("stores every field as it came", () => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", [full]);
    expect(registry.findKata("central", "finance.audit", "v12")).toEqual(full);
  });

  test("a row that is just its metadata adds the status that counts and nothing else", () => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", [kataOf("a.b"), kataOf("a.c", "v1", { deprecated: true })]);
    expect(registry.findKata("central", "a.b", "v1")).toEqual({ ...kataOf("a.b"), status: "active" });
    expect(registry.findKata("central", "a.c", "v1")).toEqual({
      ...kataOf("a.c"),
      status: "deprecated",
      deprecated: true,
    });
  });

  test("fills the guide's columns, the realm's type in `source`", () => {
    const { registry, records } = createWorldWith("central");
    registry.indexKatas("central", [full]);
    const [row] = records.query<Record<string, unknown>, []>("SELECT * FROM realm_kata_index").all();
    expect(row).toMatchObject({
      realm_id: "central",
      kata_name: "finance.audit",
      kata_version: "v12",
      source: "central",
      required_skills: '["mail.search","finance.extract"]',
      min_ronin_version: "0.1.0",
      max_ronin_version: "2.0.0",
      tags: '["finance","Monthly report"]',
      category: "money",
      complexity: "complex",
      source_hash: full.sourceHash,
      compiled_hash: full.compiledHash,
      description: "Checks a month's bills.",
      install_count: 3,
      last_modified: 1_700_000_000_000,
      status: "deprecated",
    });
  });

  test("counts each row once, by what happened to it", () => {
    const { registry } = createWorldWith("central");
    expect(
      registry.indexKatas("central", [kataOf("a.a"), kataOf("a.b"), kataOf("a.c"), withdrawn("a.d")]),
    ).toEqual({
      added: 4,
      updated: 0,
      withdrawn: 0,
      unchanged: 0,
    });
    expect(
      registry.indexKatas("central", [
        kataOf("a.a"),
        kataOf("a.b", "v1", { description: "new words" }),
        withdrawn("a.c"),
        withdrawn("a.d", "v1", { reason: "another reason" }),
        kataOf("a.e"),
      ]),
    ).toEqual({ added: 1, updated: 2, withdrawn: 1, unchanged: 1 });
  });

  test.each(
    Object.keys(full).filter(
      (key) => !["name", "version", "sourceHash", "compiledHash", "deprecated"].includes(key),
    ),
  )("another %s is an update, and the same again is none", (field) => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", [kataOf("finance.audit", "v12", { reason: "old" })]);
    const changed = {
      ...kataOf("finance.audit", "v12", { reason: "old" }),
      [field]: full[field as keyof typeof full],
    };
    expect(registry.indexKatas("central", [changed])).toMatchObject({ updated: 1, unchanged: 0 });
    expect(registry.indexKatas("central", [changed])).toMatchObject({ updated: 0, unchanged: 1 });
    expect(registry.findKata("central", "finance.audit", "v12")).toMatchObject({
      [field]: full[field as keyof typeof full],
    });
  });

  test("the same text with half a surrogate pair stays unchanged", () => {
    const { registry } = createWorldWith("central");
    const odd = kataOf("a.b", "v1", { description: "broken \ud83d", tags: ["\ud83d"] });
    registry.indexKatas("central", [odd]);
    expect(registry.indexKatas("central", [odd])).toMatchObject({ unchanged: 1 });
  });

  test("the same version twice in one call stores the last one", () => {
    const { registry } = createWorldWith("central");
    const rows = ["one", "two"].map((description) => kataOf("a.b", "v1", { description }));
    expect(registry.indexKatas("central", rows)).toMatchObject({ added: 1, updated: 1 });
    expect(registry.findKata("central", "a.b", "v1")?.description).toBe("two");
  });

  test("nothing changes nothing", () => {
    const { registry } = createWorldWith("central");
    expect(registry.indexKatas("central", [])).toEqual({ added: 0, updated: 0, withdrawn: 0, unchanged: 0 });
  });

  test("for an unknown realm is refused", () => {
    expect(codeOf(() => createWorld().registry.indexKatas("nope", []), RegistryError)).toBe("unknown_realm");
  });

  test.each([
    ["[3].sourceHash", { sourceHash: "abc123..." }],
    ["[3].name", { name: "__proto__" }],
    ["[3].version", { version: "1.0.0" }],
    ["[3].tags[0]", { tags: ["x".repeat(41)] }],
    ["[3].reason", { status: "withdrawn" as const }],
  ])("a row with a wrong field names %s and stores no row at all", (path, fields) => {
    const { registry } = createWorldWith("central");
    const rows = ["a.a", "a.b", "a.c"].map((name) => kataOf(name));
    const index = () => registry.indexKatas("central", [...rows, { ...kataOf("a.d"), ...fields }]);
    expect(codeOf(index, RegistryError)).toBe("invalid_input");
    expect(index).toThrow(`${path}: `);
    expect(registry.countVersions()).toBe(0);
  });

  test("something that is no list is refused", () => {
    const { registry } = createWorldWith("central");
    expect(codeOf(() => registry.indexKatas("central", {} as never), RegistryError)).toBe("invalid_input");
  });
});

describe("a version that comes with other contents", () => {
  test.each(["sourceHash", "compiledHash"] as const)(
    "is refused by its %s alone, and the old rows stay",
    (field) => {
      const { registry } = createWorldWith("central");
      registry.indexKatas("central", [kataOf("a.b", "v1", { description: "old" })]);
      const before = registry.discover("*");
      const index = () =>
        registry.indexKatas("central", [
          kataOf("a.a"),
          kataOf("a.b", "v1", { description: "evil", [field]: hashOf("other") }),
          kataOf("a.c"),
        ]);
      expect(codeOf(index, RegistryError)).toBe("hash_conflict");
      expect(index).toThrow("central:a.b@v1");
      expect(registry.discover("*")).toEqual(before);
      expect(registry.countVersions()).toBe(1);
    },
  );

  test("is refused also when both come in one call", () => {
    const { registry } = createWorldWith("central");
    const rows = [kataOf("a.b"), kataOf("a.b", "v1", { sourceHash: hashOf("other") })];
    expect(codeOf(() => registry.indexKatas("central", rows), RegistryError)).toBe("hash_conflict");
    expect(registry.countVersions()).toBe(0);
  });

  test("is another kata in another realm", () => {
    const { registry } = createWorldWith("central", "team");
    registry.indexKatas("central", [kataOf("a.b")]);
    expect(registry.indexKatas("team", [kataOf("a.b", "v1", { sourceHash: hashOf("other") })]).added).toBe(1);
  });
});

describe("replacing an index", () => {
  test("that lost a version is refused, and nothing of the call is kept", () => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", [kataOf("a.a"), kataOf("a.b"), withdrawn("a.c")]);
    for (const rows of [
      [kataOf("a.a"), kataOf("a.b"), kataOf("a.d")],
      [kataOf("a.a"), withdrawn("a.c"), kataOf("a.b", "v2")],
    ]) {
      expect(codeOf(() => registry.replaceIndex("central", rows), RegistryError)).toBe("row_disappeared");
    }
    expect(registry.countVersions()).toBe(3);
    expect(registry.findKata("central", "a.d", "v1")).toBeUndefined();
  });

  test("that holds every version and more is taken like indexing", () => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", [kataOf("a.a"), kataOf("a.b")]);
    expect(registry.replaceIndex("central", [kataOf("a.b"), withdrawn("a.a"), kataOf("a.c")])).toEqual({
      added: 1,
      updated: 0,
      withdrawn: 1,
      unchanged: 1,
    });
  });

  test("with leave to remove drops what is gone, from searches too", () => {
    const { registry } = createWorldWith("local", "central");
    registry.indexKatas("local", [kataOf("a.a"), kataOf("a.b"), kataOf("a.b", "v2"), kataOf("a.c")]);
    registry.indexKatas("central", [kataOf("a.a")]);
    const rows = [kataOf("a.b", "v2"), kataOf("a.c")];
    expect(registry.replaceIndex("local", rows, { allowRemoval: true })).toMatchObject({ unchanged: 2 });
    expect(
      registry.discover("*").map((result) => [result.fromRealm, result.name, result.versions.length]),
    ).toEqual([
      ["central", "a.a", 1],
      ["local", "a.b", 1],
      ["local", "a.c", 1],
    ]);
  });

  test("with nothing empties it only with leave to remove", () => {
    const { registry } = createWorldWith("local");
    registry.indexKatas("local", [kataOf("a.a")]);
    expect(codeOf(() => registry.replaceIndex("local", []), RegistryError)).toBe("row_disappeared");
    registry.replaceIndex("local", [], { allowRemoval: true });
    expect(registry.countVersions()).toBe(0);
  });

  test("with other contents is a conflict even with leave to remove", () => {
    const { registry } = createWorldWith("local");
    registry.indexKatas("local", [kataOf("a.a"), kataOf("a.b")]);
    const rows = [kataOf("a.a", "v1", { sourceHash: hashOf("other") })];
    const replace = () => registry.replaceIndex("local", rows, { allowRemoval: true });
    expect(codeOf(replace, RegistryError)).toBe("hash_conflict");
    expect(registry.countVersions()).toBe(2);
  });

  test("of an unknown realm is refused", () => {
    expect(codeOf(() => createWorld().registry.replaceIndex("nope", []), RegistryError)).toBe(
      "unknown_realm",
    );
  });
});

describe("reading the index", () => {
  test("gives versions newest first as numbers, withdrawn ones too", () => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", [
      kataOf("a.b", "v9"),
      withdrawn("a.b", "v10"),
      kataOf("a.b", "v2"),
      kataOf("a.c"),
    ]);
    expect(registry.getVersions("central", "a.b").map((kata) => kata.version)).toEqual(["v10", "v9", "v2"]);
    expect(registry.findKata("central", "a.b", "v10")?.status).toBe("withdrawn");
  });

  test("of a realm that the records do not know gives nothing, though the file holds its rows", () => {
    const index = new Database(":memory:");
    const before = createWorld({ index });
    before.registry.registerRealm(realmOf("central"));
    before.registry.indexKatas("central", [kataOf("a.b")]);
    const { registry } = createWorld({ index });
    expect(registry.findKata("central", "a.b", "v1")).toBeUndefined();
    expect(registry.getVersions("central", "a.b")).toEqual([]);
    expect(registry.discover("*", ["central"])).toEqual([]);
  });

  test("of what is not there gives nothing", () => {
    const { registry } = createWorldWith("central", "team");
    registry.indexKatas("central", [kataOf("a.b")]);
    expect(registry.findKata("central", "a.b", "v2")).toBeUndefined();
    expect(registry.findKata("team", "a.b", "v1")).toBeUndefined();
    expect(registry.findKata("nope", "a.b", "v1")).toBeUndefined();
    expect(registry.getVersions("nope", "a.b")).toEqual([]);
  });

  test("counts katas and versions, of one realm or of all", () => {
    const { registry } = createWorldWith("central", "team");
    expect([registry.countKatas(), registry.countVersions()]).toEqual([0, 0]);
    registry.indexKatas("central", [kataOf("a.b"), kataOf("a.b", "v2"), withdrawn("a.c")]);
    registry.indexKatas("team", [kataOf("a.b")]);
    expect([registry.countKatas(), registry.countVersions()]).toEqual([3, 4]);
    expect([registry.countKatas("central"), registry.countVersions("central")]).toEqual([2, 3]);
    expect([registry.countKatas("nope"), registry.countVersions("nope")]).toEqual([0, 0]);
  });
});

describe("a name that is bound to a realm", () => {
  function createBoundWorld(...teamNames: string[]) {
    const world = createWorldWith(realmOf("team", { names: teamNames }), "central");
    for (const id of ["team", "central"]) {
      world.registry.indexKatas(id, [kataOf("acme.audit"), kataOf("acmeish.audit"), kataOf("solo")]);
    }
    return world;
  }

  test("is offered by that realm and by no other", () => {
    const { registry } = createBoundWorld("acme.*");
    expect(registry.findKata("team", "acme.audit", "v1")).toBeDefined();
    expect(registry.findKata("central", "acme.audit", "v1")).toBeUndefined();
    expect(registry.getVersions("team", "acme.audit")).toHaveLength(1);
    expect(registry.getVersions("central", "acme.audit")).toEqual([]);
    expect(registry.discover("audit").map((result) => [result.fromRealm, result.name])).toEqual([
      ["team", "acme.audit"],
      ["team", "acmeish.audit"],
      ["central", "acmeish.audit"],
    ]);
  });

  test("by its full name leaves longer names alone", () => {
    const { registry } = createBoundWorld("solo", "acme");
    expect(registry.findKata("central", "solo", "v1")).toBeUndefined();
    expect(registry.findKata("central", "acme.audit", "v1")).toBeDefined();
  });

  test("stays bound while that realm is switched off, even when only the other is asked", () => {
    const { registry } = createBoundWorld("acme.*");
    registry.setRealmEnabled("team", false);
    expect(registry.findKata("central", "acme.audit", "v1")).toBeUndefined();
    expect(registry.discover("acme.audit", ["central"])).toEqual([]);
  });

  test("by two realms is offered by both", () => {
    const { registry } = createBoundWorld("acme.*");
    registry.registerRealm(realmOf("central", { names: ["acme.audit"] }));
    expect(registry.discover("acme.audit").map((result) => result.fromRealm)).toEqual(["team", "central"]);
  });

  test("is free again once that realm is gone", () => {
    const { registry } = createBoundWorld("acme.*");
    registry.removeRealm("team");
    expect(registry.findKata("central", "acme.audit", "v1")).toBeDefined();
  });

  test("does not take a place on the page of another realm's results", () => {
    const { registry } = createBoundWorld("acme.*");
    expect(registry.discover("audit", ["central"], { limit: 1 }).map((result) => result.name)).toEqual([
      "acmeish.audit",
    ]);
  });
});
