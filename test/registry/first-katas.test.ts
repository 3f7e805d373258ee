import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { createFirstKatas } from "../../lib/registry/first-katas.ts";
import { createWorld, kataOf, withdrawn } from "./world.ts";

function store(...rows: ReturnType<typeof kataOf>[]): unknown[] {
  const db = new Database(":memory:", { strict: true });
  createWorld({ records: db });
  const katas = createFirstKatas(db, "central");
  for (const row of rows) katas.touch(row);
  katas.finish();
  return db.query("SELECT kata_name FROM realm_katas ORDER BY id").values().flat();
}

test("the first rows of a realm are stored kata by kata, without what is withdrawn", () => {
  expect(store(kataOf("a.a"), kataOf("a.b"), kataOf("a.b", "v2"), withdrawn("a.c"), kataOf("a.d"))).toEqual([
    "a.a",
    "a.b",
    "a.d",
  ]);
});

test("rows that are not ordered by name are refused: a search would miss some of them", () => {
  expect(() => store(kataOf("a.b"), kataOf("a.a"))).toThrow(RangeError);
});
