import { Database, type Statement } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import type { DiscoverOptions } from "../../lib/registry/registry.ts";
import { createWorld, kataOf, realmOf } from "./world.ts";

/** Counts the statements that run on a database, and the rows that come back. */
function watch(db: Database) {
  const seen = { statements: 0, rows: 0 };
  const query = db.query.bind(db);
  db.query = ((sql: string) => {
    const statement: Statement = query(sql);
    return new Proxy(statement, {
      get(target, key) {
        const value = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        return (...params: never[]) => {
          const result: unknown = value.apply(target, params);
          seen.statements += 1;
          if (key === "all" && Array.isArray(result)) seen.rows += result.length;
          if (key === "get" && result !== null) seen.rows += 1;
          return result;
        };
      },
    });
  }) as Database["query"];
  return seen;
}

function createLargeWorld(katas: number, versions: number) {
  const world = createWorld({ index: new Database(":memory:") });
  world.registry.registerRealm(realmOf("central"));
  world.registry.indexKatas(
    "central",
    Array.from({ length: katas * versions }, (_, index) =>
      kataOf(`k${index % katas}.mail`, `v${1 + Math.floor(index / katas)}`, {
        tags: ["post", `tag${index % 97}`],
        description: `Sorts number${index % katas} by sender`,
      }),
    ),
  );
  return world;
}

describe("a search in 2000 katas of 3 versions", () => {
  const { registry, index } = createLargeWorld(2000, 3);
  const seen = watch(index);
  const workOf = (query: string, options: DiscoverOptions) => {
    Object.assign(seen, { statements: 0, rows: 0 });
    const found = registry.discover(query, undefined, options).length;
    return { found, ...seen };
  };

  test.each([
    ["mail", { limit: 5 }],
    ["*", { limit: 5 }],
    ["k", { limit: 5 }],
    ["mail", { limit: 5, offset: 100, complexity: "simple" as const }],
    ["*", { limit: 5, tags: ["post"] }],
  ])("for %p with %j is one statement that gives the page's versions and no more", (query, options) => {
    expect(workOf(query, options)).toEqual({ found: 5, statements: 1, rows: 15 });
  });

  test("for a rare word reads the one kata that has it", () => {
    expect(workOf("number1234", {})).toEqual({ found: 1, statements: 1, rows: 3 });
  });

  test("for what is nowhere, or for nothing, gives no rows", () => {
    expect(workOf("elsewhere", {})).toEqual({ found: 0, statements: 1, rows: 0 });
    expect(workOf("", {})).toEqual({ found: 0, statements: 0, rows: 0 });
  });
});

test("indexing what is there already writes no row", () => {
  const index = new Database(":memory:");
  const { registry } = createWorld({ index });
  registry.registerRealm(realmOf("central"));
  const katas = Array.from({ length: 50 }, (_, at) => kataOf(`k${at}.mail`));
  registry.indexKatas("central", katas);
  const changesSoFar = () => index.query("SELECT total_changes() AS total").get();
  const before = changesSoFar();
  expect(registry.indexKatas("central", katas).unchanged).toBe(50);
  expect(changesSoFar()).toEqual(before as object);
});

test("a search in 20000 versions answers within a tenth of a second even on a busy machine", () => {
  const { registry } = createLargeWorld(5000, 4);
  const search = () => registry.discover("number4321", undefined, { limit: 20 });
  expect(search()).toHaveLength(1);
  const startedAt = performance.now();
  for (let run = 0; run < 5; run++) search();
  expect((performance.now() - startedAt) / 5).toBeLessThan(100);
});
