import { expect, test } from "bun:test";
import fc from "fast-check";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import { searchPlainly, summaryOf } from "./plain-search.ts";
import { createWorld, kataOf, realmOf } from "./world.ts";

// Few and overlapping pieces, so that words meet, contain each other and cross every field by chance.
const piece = fc.constantFrom(
  "mail",
  "ma",
  "ail",
  "Slack",
  "été",
  "100%",
  "a_b",
  '"q"',
  "don't",
  "m",
  "😀",
  "İx",
  "*",
  "OR",
);
const text = fc.array(piece, { maxLength: 4 }).map((parts) => parts.join(" "));
const name = fc
  .array(fc.constantFrom("mail", "ma", "slack", "m", "a_b", "acme"), { minLength: 1, maxLength: 2 })
  .map((parts) => parts.join("."));
const complexity = fc.constantFrom("simple" as const, "moderate" as const, "complex" as const);
const skill = fc.constantFrom("s.a", "s.b", "s.ab");

const kata = fc
  .record({
    name,
    version: fc.constantFrom("v1", "v2", "v10"),
    tags: fc.array(fc.oneof(piece, text), { maxLength: 3 }).map((tags) => tags.filter((tag) => tag !== "")),
    description: fc.option(text, { nil: undefined }),
    category: fc.option(piece, { nil: undefined }),
    requiredSkills: fc.uniqueArray(skill),
    complexity,
    status: fc.constantFrom(
      "active" as const,
      "active" as const,
      "deprecated" as const,
      "withdrawn" as const,
    ),
    minRoninVersion: fc.constantFrom(undefined, "1.0.0", "2.0.0"),
  })
  .map(({ name: kataName, version, ...fields }) =>
    kataOf(kataName, version, {
      ...(JSON.parse(JSON.stringify(fields)) as Partial<RealmKataMetadata>),
      ...(fields.status === "active" ? {} : { reason: "because" }),
      ...(fields.status === "deprecated" ? { deprecated: true } : {}),
    }),
  );

const scene = fc.record({
  katas: fc.array(fc.tuple(fc.constantFrom("ateam", "bteam", "central", "local"), kata), {
    minLength: 10,
    maxLength: 60,
    size: "max",
  }),
  off: fc.constantFrom(undefined, undefined, "ateam", "central"),
  names: fc.constantFrom<string[] | undefined>(undefined, ["acme.*"], ["mail", "ma.*"]),
  searches: fc.array(
    fc.record({
      query: fc.oneof(text, fc.constant("*"), name, fc.string({ maxLength: 4, unit: "grapheme-ascii" })),
      realmIds: fc.option(fc.subarray(["ateam", "bteam", "central", "local", "nope"]), { nil: undefined }),
      // One filter at a time mostly: all of them together leave nothing to compare.
      options: fc.oneof(
        fc.constant({}),
        fc.record({ limit: fc.nat(5), offset: fc.nat(3) }),
        fc.record({ complexity, limit: fc.nat(5) }),
        fc.record({ category: piece }),
        fc.record({ skills: fc.uniqueArray(skill, { maxLength: 2 }), offset: fc.nat(2) }),
        fc.record({ tags: fc.array(piece, { maxLength: 2 }) }),
        fc.record({ complexity, skills: fc.uniqueArray(skill, { maxLength: 1 }) }),
      ),
    }),
    { minLength: 1, maxLength: 8 },
  ),
});

test("a search gives what the plain specification gives", () => {
  let hits = 0;
  fc.assert(
    fc.property(scene, ({ katas, off, names, searches }) => {
      const { registry } = createWorld();
      const index = new Map<string, RealmKataMetadata[]>();
      for (const id of ["ateam", "bteam", "central", "local"]) {
        registry.registerRealm(
          realmOf(id, { enabled: id !== off, ...(id === "bteam" && names ? { names } : {}) }),
        );
        const own = katas.filter(([realmId]) => realmId === id).map(([, row]) => row);
        // In two calls, so that a later row updates an earlier one of the same version.
        registry.indexKatas(id, own.slice(0, 20));
        registry.indexKatas(id, own.slice(20));
        index.set(id, [...new Map(own.map((row) => [`${row.name}@${row.version}`, row])).values()]);
      }
      for (const { query, realmIds, options } of searches) {
        const expected = searchPlainly(registry.getRealms(), index, query, realmIds, options);
        const found = registry.discover(query, realmIds, options);
        expect(found.map(summaryOf)).toEqual(expected.map(summaryOf));
        expect(found).toEqual(expected);
        hits += found.length;
      }
    }),
    { numRuns: 100, seed: 20261122 },
  );
  expect(hits).toBeGreaterThan(500);
}, 30_000);

test("the search index holds what the versions say, after any updates and removals", () => {
  fc.assert(
    fc.property(fc.array(fc.array(kata, { maxLength: 20 }), { minLength: 1, maxLength: 5 }), (calls) => {
      const { registry, records } = createWorld();
      for (const id of ["local", "central"]) registry.registerRealm(realmOf(id));
      for (const rows of calls) {
        registry.replaceIndex("local", rows, { allowRemoval: true });
        registry.indexKatas("central", rows);
      }
      registry.removeRealm("central");
      const katas = () =>
        records.query("SELECT realm_id, kata_name, versions, checksum FROM realm_katas ORDER BY 1, 2").all();
      const kept = katas();
      registry.replaceIndex("local", [], { allowRemoval: true });
      expect(katas()).toEqual([]);
      registry.indexKatas("local", [
        ...new Map((calls.at(-1) ?? []).map((row) => [row.name + row.version, row])).values(),
      ]);
      expect(katas()).toEqual(kept);
    }),
    { numRuns: 40, seed: 20261122 },
  );
});
