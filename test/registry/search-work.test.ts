import { Database, type Statement } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import type { DiscoverOptions } from "../../lib/registry/registry.ts";
import { createWorld, kataOf, realmOf } from "./world.ts";

/** Counts the statements that run on a database, and the rows that come back from each of its tables. */
function watch(db: Database) {
  const seen = { statements: 0, katas: 0, versions: 0, blocks: 0 };
  const query = db.query.bind(db);
  db.query = ((sql: string) => {
    const statement: Statement = query(sql);
    return new Proxy(statement, {
      get(target, key) {
        const value = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        return (...params: never[]) => {
          const result: unknown = value.apply(target, params);
          if (!/^(BEGIN|COMMIT)/.test(sql)) seen.statements += 1;
          const rows = Array.isArray(result) ? result.length : 0;
          if (sql.includes("realm_kata_index")) seen.versions += rows;
          else if (sql.includes("realm_katas")) seen.katas += rows;
          else if (sql.includes("realm_kata_grams")) seen.blocks += rows;
          return result;
        };
      },
    });
  }) as Database["query"];
  return seen;
}

const KATAS = 5000;
const VERSIONS = 3;

function createLargeWorld() {
  const world = createWorld({ index: new Database(":memory:") });
  for (const id of ["central", "local"]) world.registry.registerRealm(realmOf(id));
  world.registry.indexKatas(
    "central",
    Array.from({ length: KATAS * VERSIONS }, (_, index) => {
      const kata = index % KATAS;
      return kataOf(`k${String(kata).padStart(4, "0")}.mail`, `v${1 + Math.floor(index / KATAS)}`, {
        tags: ["post", `tag${kata % 97}`],
        description: `Sorts number${kata} by ${kata % 100 === 7 ? "zebra" : "sender"}`,
      });
    }),
  );
  return world;
}

describe("a search in 5000 katas of 3 versions", () => {
  const { registry, index } = createLargeWorld();
  registry.indexKatas("local", [kataOf("own.mail"), kataOf("own.other")]);
  const seen = watch(index);
  const workOf = (query: string, options: DiscoverOptions = { limit: 20 }, realmIds?: string[]) => {
    Object.assign(seen, { statements: 0, katas: 0, versions: 0, blocks: 0 });
    const found = registry.discover(query, realmIds, options).length;
    return { found, ...seen };
  };

  test.each([
    ["one word of every name", "mail", 2],
    ["one letter", "k", 1],
    ["three letters", "mai", 1],
    ["a substring inside a word", "umber", 9],
    ["a word of few katas", "zebra", 9],
    ["a tag", "tag13", 6],
    ["two words", "zebra mail", 15],
    ["three words of which two are found", "zebra mail nowhere", 19],
  ])("for %s reads about a page of katas and the grams, and no version by itself", (_, query, maxBlocks) => {
    const work = workOf(query);
    expect(work).toMatchObject({ found: 20, versions: 0 });
    expect(work.katas).toBeLessThanOrEqual(25);
    expect(work.blocks).toBeLessThanOrEqual(maxBlocks);
    expect(work.statements).toBeLessThanOrEqual(14);
  });

  test("for everything reads no gram", () => {
    expect(workOf("*")).toMatchObject({ found: 20, versions: 0, blocks: 0 });
  });

  test("for the name of a kata reads that one first", () => {
    expect(workOf("k1234.mail", { limit: 1 })).toMatchObject({ found: 1, versions: 0, katas: 2, blocks: 0 });
  });

  test("for a rare word reads the one kata that has it", () => {
    expect(workOf("number1234")).toMatchObject({ found: 1, versions: 0, katas: 3 });
  });

  test("for what is nowhere, or for nothing, reads no kata of a large chunk", () => {
    expect(workOf("elsewhere")).toMatchObject({ found: 0, versions: 0, katas: 2 });
    expect(workOf("")).toEqual({ found: 0, statements: 0, katas: 0, versions: 0, blocks: 0 });
  });

  test("for a page further behind reads the katas up to there", () => {
    const work = workOf("mail", { limit: 5, offset: 100 });
    expect(work).toMatchObject({ found: 5, versions: 0 });
    expect(work.katas).toBeLessThan(200);
  });

  test("with a filter that most pass reads about a page of katas", () => {
    const work = workOf("mail", { limit: 5, complexity: "simple" });
    expect(work).toMatchObject({ found: 5, versions: 0 });
    expect(work.katas).toBeLessThan(30);
  });

  test("for everything with a tag reads those that have the tag", () => {
    const work = workOf("*", { tags: ["Tag13"] });
    expect(work).toMatchObject({ found: 52, versions: 0 });
    expect(work.katas).toBeLessThan(60);
  });

  test("in another realm reads nothing of a large one", () => {
    expect(workOf("mail", {}, ["local"])).toEqual({
      found: 1,
      statements: 4,
      katas: 2,
      versions: 0,
      blocks: 0,
    });
  });
});

describe("the rows that are written", () => {
  const changesOf = (index: Database, act: () => void) => {
    const total = () => index.query<{ n: number }, []>("SELECT total_changes() AS n").get()?.n ?? 0;
    const before = total();
    act();
    return total() - before;
  };

  test("for what is there already are none", () => {
    const { registry, index } = createLargeWorld();
    const again = registry.getVersions("central", "k0001.mail");
    expect(changesOf(index, () => registry.indexKatas("central", again))).toBe(0);
  });

  test("for a change among 5000 katas are those of the change, new name or not", () => {
    const { registry, index } = createLargeWorld();
    const change = (name: string, version: string) => () => {
      registry.indexKatas("central", [kataOf(name, version, { description: "Changed" })]);
    };
    // The version, the kata that goes and comes, the chunk that loses and the one that is made.
    expect(changesOf(index, change("k0001.mail", "v4"))).toBe(5);
    expect(changesOf(index, change("k0001.new", "v1"))).toBeLessThan(10);
  });

  test("by many changes one after the other leave few chunks, and move a kata a few times", () => {
    const { registry, index } = createLargeWorld();
    const changes = 300;
    const written = changesOf(index, () => {
      for (let at = 0; at < changes; at += 1) registry.indexKatas("central", [kataOf(`new.k${at}`)]);
    });
    const katas = index.query<{ n: number }, []>("SELECT count(*) AS n FROM realm_katas").get()?.n;
    const chunks = index.query<{ live: number }, []>("SELECT live FROM realm_kata_chunks").all();
    expect(katas).toBe(KATAS + changes);
    expect(chunks.length).toBeLessThan(10);
    expect(chunks.reduce((sum, { live }) => sum + live, 0)).toBe(KATAS + changes);
    expect(written / changes).toBeLessThan(150);
  });
});
