import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import type { DiscoverOptions } from "../../lib/registry/registry.ts";
import { codeOf } from "../support/throws.ts";
import { createWorld, createWorldWith, kataOf, realmOf, withdrawn } from "./world.ts";

/** Names found in `central`, in order. */
function namesFor(query: string, katas: RealmKataMetadata[], options?: DiscoverOptions): string[] {
  const { registry } = createWorldWith("central");
  registry.indexKatas("central", katas);
  return registry.discover(query, undefined, options).map((result) => result.name);
}

describe("a search finds a kata", () => {
  const kata = kataOf("finance.audit", "v1", {
    tags: ["Monthly Report", "ÉTÉ"],
    description: 'Checks bills 100%_sure; don\'t "panic" — ГОД 👩‍💻',
  });

  test.each([
    ["part of its name", "nance.au"],
    ["part of a tag", "month"],
    ["part of its description", "ills"],
    ["a word in any case", "FINANCE"],
    ["an accented word in any case", "été"],
    ["a Cyrillic word in any case", "год"],
    ["one character", "%"],
    ["two characters", "_s"],
    ["any one of several words", "nothing here bills"],
    ["words with space around them", " \t bills \n"],
    ["a quote", "don't"],
    ["a double quote", '"panic"'],
    ["a lone double quote", '"'],
    ["an emoji of several characters", "👩‍💻"],
    ["a word with an invisible character in it", "fin\u200bance"],
    ["everything", "*"],
    ["everything, with space around it", " * "],
  ])("by %s", (_, query) => {
    expect(namesFor(query, [kata, kataOf("other")])).toContain("finance.audit");
  });

  test.each([
    ["a blank query", ""],
    ["space", " \t\n\u00a0"],
    ["invisible characters alone", "\u200b\u2060"],
    ["a word that spans two fields", "auditmonthly"],
    ["two words of a tag run together", "monthlyreport"],
    ["a percent sign that stands for nothing else", "fin%udit"],
    ["an underscore that stands for nothing else", "finance_audit"],
    ["a star that stands for nothing else", "fin*"],
    ["NUL", "\0"],
    ["a word that goes on after NUL", "finance\0zzz"],
    ["FTS operators", "NEAR(x,5)"],
    ["an FTS column", "search_text:finance"],
    ["an FTS prefix", '^"finance"'],
    ["SQL", "');DROP TABLE realms;--"],
    ["half a surrogate pair", "\ud83d"],
    ["the name of a column", "realm_id"],
    ["a required skill", "mail.search"],
  ])("but not by %s", (_, query) => {
    expect(namesFor(query, [{ ...kata, requiredSkills: ["mail.search"] }])).not.toContain("finance.audit");
  });

  test("only when a word is really in it, not when its trigrams are", () => {
    expect(namesFor("abcabd", [kataOf("abca.bcabd"), kataOf("x.abcabd")])).toEqual(["x.abcabd"]);
  });

  test("by a word in an older version only, and shows all versions", () => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", [
      kataOf("a.b", "v1", { description: "needle" }),
      kataOf("a.b", "v2", { description: "hay" }),
    ]);
    expect(registry.discover("needle")[0]?.versions.map((version) => version.version)).toEqual(["v2", "v1"]);
  });

  test("no longer by words that an update took away", () => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", [kataOf("a.b", "v1", { description: "needle", tags: ["pin"] })]);
    registry.indexKatas("central", [kataOf("a.b", "v1", { description: "thread" })]);
    expect(registry.discover("needle pin")).toEqual([]);
    expect(registry.discover("thread")).toHaveLength(1);
  });

  test("by the first 64 different words of a query and not by what follows", () => {
    const words = Array.from({ length: 63 }, (_, index) => `word${index}`);
    expect(namesFor(`${words.join(" ")} ${words.join(" ")} bills`, [kata])).toEqual(["finance.audit"]);
    expect(namesFor(`${words.join(" ")} another bills`, [kata])).toEqual([]);
  });

  test("with a query of any length", () => {
    const many = Array.from({ length: 5000 }, (_, index) => `w${index}`);
    expect(namesFor(`finance ${many.join(" ")} ${"x".repeat(50_000)}`, [kata])).toEqual(["finance.audit"]);
    expect(namesFor("finance".repeat(10_000), [kata])).toEqual([]);
  });
});

describe("a search shows", () => {
  test("all versions newest first as numbers, without withdrawn ones", () => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", [
      kataOf("a.b", "v9"),
      kataOf("a.b", "v10"),
      withdrawn("a.b", "v11"),
      kataOf("a.b", "v2", { deprecated: true }),
    ]);
    const [result] = registry.discover("a.b");
    expect(result?.versions.map((version) => version.version)).toEqual(["v10", "v9", "v2"]);
    expect(result?.versions.map((version) => version.deprecated)).toEqual([undefined, undefined, true]);
  });

  test("no kata of which every version is withdrawn, nor words of withdrawn ones", () => {
    const katas = [
      withdrawn("a.b", "v1"),
      kataOf("a.c", "v1"),
      withdrawn("a.c", "v2", { description: "needle", tags: ["pin"] }),
    ];
    expect(namesFor("*", katas)).toEqual(["a.c"]);
    expect(namesFor("needle pin", katas)).toEqual([]);
  });

  test("as compatible what supports this Ronin's version, whatever skills are missing", () => {
    const world = createWorld({ roninVersion: "1.1.1", hasSkill: () => false });
    world.registry.registerRealm(realmOf("central"));
    world.registry.indexKatas("central", [
      kataOf("a.b", "v1", { maxRoninVersion: "1.1.0" }),
      kataOf("a.b", "v2", {
        minRoninVersion: "1.1.1",
        maxRoninVersion: "1.1.1",
        requiredSkills: ["mail.search"],
      }),
      kataOf("a.b", "v3", { minRoninVersion: "1.1.2" }),
      kataOf("a.b", "v4"),
    ]);
    const [result] = world.registry.discover("a.b");
    expect(result?.versions).toHaveLength(4);
    expect(result?.compatibleVersions.map((version) => version.version)).toEqual(["v4", "v2"]);
  });

  test("the same name in two realms as two results, each with its own versions", () => {
    const { registry } = createWorldWith("central", "team");
    registry.indexKatas("central", [kataOf("a.b", "v1"), kataOf("a.b", "v3")]);
    registry.indexKatas("team", [kataOf("a.b", "v2")]);
    expect(
      registry
        .discover("a.b")
        .map((result) => [result.fromRealm, result.versions.map((version) => version.version)]),
    ).toEqual([
      ["team", ["v2"]],
      ["central", ["v3", "v1"]],
    ]);
  });
});

describe("a search asks", () => {
  function createRealms() {
    const { registry } = createWorldWith("local", "central", "team", realmOf("off", { enabled: false }));
    for (const id of ["local", "central", "team", "off"]) registry.indexKatas(id, [kataOf("a.b")]);
    return registry;
  }

  test("every enabled realm unless told otherwise", () => {
    expect(
      createRealms()
        .discover("*")
        .map((result) => result.fromRealm),
    ).toEqual(["team", "central", "local"]);
  });

  test("the given realms in the order of realms, each once, without unknown and disabled ones", () => {
    const found = createRealms().discover("*", ["local", "off", "nope", "team", "local"]);
    expect(found.map((result) => result.fromRealm)).toEqual(["team", "local"]);
  });

  test("no realm when none is given", () => {
    expect(createRealms().discover("*", [])).toEqual([]);
  });
});

describe("the order of results, where only this rule decides:", () => {
  const old = { deprecated: true };

  test("the kata whose name the query is", () => {
    expect(namesFor("b", [kataOf("a.b"), kataOf("b", "v1", old)])).toEqual(["b", "a.b"]);
    expect(namesFor(" B ", [kataOf("a.b"), kataOf("b", "v1", old)])).toEqual(["b", "a.b"]);
  });

  test("a name that is one word of several is not the query", () => {
    const both = kataOf("aa.bb", "v1", { ...old, description: "mail" });
    expect(namesFor("mail bb", [kataOf("bb"), both])).toEqual(["aa.bb", "bb"]);
  });

  test("more words found", () => {
    const katas = [kataOf("mail.aa"), kataOf("zz", "v1", { ...old, description: "slack and mail" })];
    expect(namesFor("mail slack", katas)).toEqual(["zz", "mail.aa"]);
  });

  test("a word given twice counts once", () => {
    const katas = [kataOf("mail"), kataOf("zz", "v1", { ...old, description: "slack and mail" })];
    expect(namesFor("mail mail MAIL slack", katas)).toEqual(["zz", "mail"]);
  });

  test("a word found twice counts once", () => {
    const katas = [
      kataOf("aa", "v1", { description: "mail mail mail", tags: ["mail"] }),
      kataOf("zz", "v1", { ...old, description: "slack and mail" }),
    ];
    expect(namesFor("mail slack", katas)).toEqual(["zz", "aa"]);
  });

  test("words found in different versions add up", () => {
    const katas = [
      kataOf("mail.aa"),
      kataOf("zz", "v1", { ...old, description: "slack" }),
      kataOf("zz", "v2", { ...old, description: "mail" }),
    ];
    expect(namesFor("mail slack", katas)).toEqual(["zz", "mail.aa"]);
  });

  test("in the name before in a tag", () => {
    const katas = [kataOf("aa", "v1", { tags: ["mail"] }), kataOf("zz.mail", "v1", old)];
    expect(namesFor("mail", katas)).toEqual(["zz.mail", "aa"]);
  });

  test("in a tag before in the description", () => {
    const katas = [
      kataOf("aa", "v1", { description: "mail" }),
      kataOf("zz", "v1", { ...old, tags: ["post", "mail"] }),
    ];
    expect(namesFor("mail", katas)).toEqual(["zz", "aa"]);
  });

  test("the best place of any word counts", () => {
    const katas = [
      kataOf("aa", "v1", { tags: ["mail", "slack"] }),
      kataOf("zz.slack", "v1", { ...old, description: "mail" }),
    ];
    expect(namesFor("mail slack", katas)).toEqual(["zz.slack", "aa"]);
  });

  test("active before deprecated", () => {
    expect(namesFor("mail", [kataOf("aa.mail", "v1", old), kataOf("zz.mail")])).toEqual([
      "zz.mail",
      "aa.mail",
    ]);
    expect(namesFor("*", [kataOf("aa.mail", "v1", old), kataOf("zz.mail")])).toEqual(["zz.mail", "aa.mail"]);
  });

  test("one active version makes a kata active", () => {
    const katas = [kataOf("aa.mail", "v1"), kataOf("aa.mail", "v2", old), kataOf("zz.mail")];
    expect(namesFor("mail", katas)).toEqual(["aa.mail", "zz.mail"]);
  });

  test("the name", () => {
    expect(namesFor("mail", [kataOf("zz.mail"), kataOf("aa.mail"), kataOf("mm.mail")])).toEqual([
      "aa.mail",
      "mm.mail",
      "zz.mail",
    ]);
  });

  test("custom, central, local, and the realm's id at last", () => {
    const { registry } = createWorldWith("local", "central", "zteam", "ateam");
    for (const id of ["local", "central", "zteam", "ateam"])
      registry.indexKatas(id, [kataOf("a.mail"), kataOf("b.mail")]);
    expect(registry.discover("mail").map((result) => `${result.name} ${result.fromRealm}`)).toEqual([
      "a.mail ateam",
      "a.mail zteam",
      "a.mail central",
      "a.mail local",
      "b.mail ateam",
      "b.mail zteam",
      "b.mail central",
      "b.mail local",
    ]);
  });
});

describe("the options of a search", () => {
  const katas = [
    kataOf("a.a", "v1", {
      complexity: "complex",
      tags: ["Über Mail", "x"],
      category: "Money",
      requiredSkills: ["s.a", "s.b"],
    }),
    kataOf("a.a", "v2", { complexity: "simple", tags: ["mail"], category: "post", requiredSkills: ["s.b"] }),
    kataOf("a.b", "v1", { complexity: "moderate", tags: ["x", "mail"], requiredSkills: ["s.a"] }),
  ];
  const versionsFor = (options: DiscoverOptions, query = "*") => {
    const { registry } = createWorldWith("central");
    registry.indexKatas("central", katas);
    return registry
      .discover(query, undefined, options)
      .map((result) => `${result.name} ${result.versions.map((version) => version.version)}`);
  };

  test("complexity leaves the versions that have it", () => {
    expect(versionsFor({ complexity: "simple" })).toEqual(["a.a v2"]);
    expect(versionsFor({ complexity: "moderate" })).toEqual(["a.b v1"]);
  });

  test("skills leaves the versions that require every one, written exactly so", () => {
    expect(versionsFor({ skills: ["s.a"] })).toEqual(["a.a v1", "a.b v1"]);
    expect(versionsFor({ skills: ["s.b", "s.a"] })).toEqual(["a.a v1"]);
    expect(versionsFor({ skills: ["S.A"] })).toEqual([]);
    expect(versionsFor({ skills: ["s."] })).toEqual([]);
  });

  test("tags leaves the versions that have every one, whole and in any case", () => {
    expect(versionsFor({ tags: ["über MAIL"] })).toEqual(["a.a v1"]);
    expect(versionsFor({ tags: ["mail", "X"] })).toEqual(["a.b v1"]);
    expect(versionsFor({ tags: ["mai"] })).toEqual([]);
    expect(versionsFor({ tags: [""] })).toEqual([]);
  });

  test("category leaves the versions that have it, whole and in any case", () => {
    expect(versionsFor({ category: "money" })).toEqual(["a.a v1"]);
    expect(versionsFor({ category: "mon" })).toEqual([]);
    expect(versionsFor({ category: "" })).toEqual([]);
  });

  test("together leave what passes all of them", () => {
    expect(versionsFor({ skills: ["s.a"], tags: ["x"], complexity: "moderate" })).toEqual(["a.b v1"]);
    expect(versionsFor({ skills: ["s.a"], tags: ["x"], complexity: "simple" })).toEqual([]);
  });

  test("empty lists leave everything", () => {
    expect(versionsFor({ skills: [], tags: [] })).toEqual(["a.a v2,v1", "a.b v1"]);
  });

  test("make a search look at what they leave and nothing else", () => {
    expect(versionsFor({ complexity: "simple" }, "über")).toEqual([]);
    expect(versionsFor({ complexity: "complex" }, "über")).toEqual(["a.a v1"]);
  });

  test("make the order that of what they leave", () => {
    const order = namesFor(
      "*",
      [
        kataOf("aa", "v1", { complexity: "simple", deprecated: true }),
        kataOf("aa", "v2", { complexity: "complex" }),
        kataOf("bb", "v1", { complexity: "simple" }),
      ],
      { complexity: "simple" },
    );
    expect(order).toEqual(["bb", "aa"]);
  });

  test("limit and offset cut a page out of the whole order", () => {
    const many = Array.from({ length: 7 }, (_, index) => kataOf(`k${index}.mail`));
    for (const query of ["mail", "*", "ma"]) {
      expect(namesFor(query, many, { limit: 3, offset: 2 })).toEqual(["k2.mail", "k3.mail", "k4.mail"]);
      expect(namesFor(query, many, { offset: 5 })).toEqual(["k5.mail", "k6.mail"]);
      expect(namesFor(query, many, { limit: 0 })).toEqual([]);
      expect(namesFor(query, many, { limit: 100, offset: 7 })).toEqual([]);
      expect(namesFor(query, many, { limit: 1, offset: 1, complexity: "simple" })).toEqual(["k1.mail"]);
    }
  });

  test.each([
    ["options.limit", { limit: -1 }],
    ["options.limit", { limit: 1.5 }],
    ["options.offset", { offset: Number.NaN }],
    ["options.complexity", { complexity: "hard" as never }],
    ["options.skills[1]", { skills: ["a", "b\nc"] }],
    ["options.tags[0]", { tags: ["b\nc"] }],
    ["options.tags[0]", { tags: [7 as never] }],
  ])("with a wrong value name %s", (path, options) => {
    const { registry } = createWorldWith("central");
    const search = () => registry.discover("*", undefined, options);
    expect(codeOf(search, RegistryError)).toBe("invalid_input");
    expect(search).toThrow(`${path}: `);
  });

  test("do not excuse a query that is no text", () => {
    const { registry } = createWorldWith("central");
    expect(codeOf(() => registry.discover(undefined as never), RegistryError)).toBe("invalid_input");
  });
});
