import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import fc from "fast-check";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import { searchPlainly, summaryOf } from "./plain-search.ts";
import { createWorld, kataOf, realmOf } from "./world.ts";

/*
 * As discover-oracle.test.ts, with so many katas that they lie in chunks with grams, and with changes that leave
 * several chunks: some of their katas gone, deprecated, withdrawn or back again.
 */

const parts = [
  "mail",
  "mai",
  "ail",
  "slack",
  "finance",
  "report",
  "été",
  "100%",
  "a_b",
  '"q"',
  "don't",
  "😀x",
  "*",
];
const part = fc.constantFrom(...parts);
const name = fc
  .tuple(
    fc.constantFrom("mail", "slack", "acme", "finance"),
    fc.constantFrom("sort", "report", "mai", "a_b"),
    fc.nat(20),
  )
  .map(([first, second, number]) => `${first}.${second}${number}`);

const kata = fc
  .record({
    name,
    version: fc.constantFrom("v1", "v2", "v10"),
    tags: fc.array(part, { maxLength: 3 }),
    description: fc.array(part, { maxLength: 4 }).map((words) => words.join(" ")),
    status: fc.constantFrom(
      "active" as const,
      "active" as const,
      "deprecated" as const,
      "withdrawn" as const,
    ),
  })
  .map(({ status, ...row }) =>
    kataOf(row.name, row.version, {
      ...row,
      status,
      ...(status === "active" ? {} : { reason: "because" }),
      ...(status === "deprecated" ? { deprecated: true } : {}),
    }),
  );

/** A piece of any length from 1 of a name or a text. */
const piece = fc
  .tuple(fc.oneof(part, name), fc.nat(8), fc.integer({ min: 1, max: 9 }))
  .map(([text, from, length]) =>
    Array.from(text)
      .slice(from % text.length, (from % text.length) + length)
      .join(""),
  )
  .filter((text) => text !== "");
const query = fc.oneof(
  { weight: 6, arbitrary: fc.array(piece, { minLength: 1, maxLength: 3 }).map((words) => words.join(" ")) },
  { weight: 2, arbitrary: name },
  {
    weight: 1,
    arbitrary: fc.constantFrom("*", "%", "_", "nowhere", "\0", "mail\0", "slack été report mail 100% x"),
  },
);
const search = fc.record({
  query,
  realmIds: fc.constantFrom<string[] | undefined>(undefined, undefined, ["team"], ["central", "team"]),
  options: fc.oneof(
    fc.record({ limit: fc.nat(12), offset: fc.nat(30) }),
    fc.constant({}),
    fc.record({ tags: fc.array(part, { minLength: 1, maxLength: 1 }), limit: fc.nat(12) }),
  ),
});

const change = fc.record({
  realmId: fc.constantFrom("team", "central"),
  katas: fc.array(kata, { minLength: 1, maxLength: 40 }),
  searches: fc.array(search, { minLength: 4, maxLength: 8 }),
});
const scene = fc.record({
  first: fc.array(kata, { minLength: 150, maxLength: 250, size: "max" }),
  names: fc.constantFrom<string[] | undefined>(undefined, ["acme.*", "mail.mai3"]),
  changes: fc.array(change, { minLength: 3, maxLength: 6 }),
});

test("a search of many katas gives what the plain specification gives, change after change", () => {
  let hits = 0;
  let blocks = 0;
  fc.assert(
    fc.property(scene, ({ first, names, changes }) => {
      const db = new Database(":memory:", { strict: true });
      const { registry } = createWorld({ records: db });
      const index = new Map<string, RealmKataMetadata[]>();
      const store = (realmId: string, katas: RealmKataMetadata[]): void => {
        registry.indexKatas(realmId, katas);
        const rows = [...(index.get(realmId) ?? []), ...katas];
        index.set(realmId, [...new Map(rows.map((row) => [`${row.name}@${row.version}`, row])).values()]);
      };
      registry.registerRealm(realmOf("team", names === undefined ? {} : { names }));
      registry.registerRealm(realmOf("central"));
      store("team", first);
      store("central", first.slice(0, 80));
      for (const { realmId, katas, searches } of changes) {
        store(realmId, katas);
        for (const { query, realmIds, options } of searches) {
          const expected = searchPlainly(registry.getRealms(), index, query, realmIds, options);
          const found = registry.discover(query, realmIds, options);
          expect(found.map(summaryOf)).toEqual(expected.map(summaryOf));
          expect(found).toEqual(expected);
          hits += found.length;
        }
      }
      blocks += db.query<{ n: number }, []>("SELECT count(*) AS n FROM realm_kata_grams").get()?.n ?? 0;
      db.close();
    }),
    { numRuns: 20, seed: 20261123 },
  );
  expect(hits).toBeGreaterThan(1000);
  expect(blocks).toBeGreaterThan(1000);
}, 60_000);
