import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { migrate } from "../../lib/registry/migrate.ts";
import { indexMigrations, recordsMigrations } from "../../lib/registry/migrations.ts";
import { createPackIndex } from "../../lib/registry/pack-index.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { hashOf, kataOf, realmOf, START } from "./world.ts";

/** A database as it was before searches had chunks, with `katas` indexed and followed by packs. */
function createOldDatabase(katas: number): Database {
  const filled = new Database(":memory:", { strict: true });
  const registry = new RealmsRegistry(filled);
  registry.registerRealm(realmOf("central"));
  registry.indexKatas(
    "central",
    Array.from({ length: katas }, (_, at) => kataOf(`k${at}.mail`)),
  );
  const old = new Database(":memory:", { strict: true });
  migrate(old, [...recordsMigrations, ...indexMigrations.slice(0, 2)], START);
  old.run("CREATE TABLE realm_kata_names (id INTEGER PRIMARY KEY, search_text TEXT)");
  old.run("CREATE VIRTUAL TABLE realm_kata_trigrams USING fts5(search_text, content = 'realm_kata_names')");
  for (const table of ["realms", "realm_kata_index"]) {
    for (const row of filled.query<Record<string, string>, []>(`SELECT * FROM ${table}`).all()) {
      const columns = Object.keys(row);
      old
        .query(`INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => "?")})`)
        .run(...Object.values(row));
    }
  }
  old
    .query("INSERT INTO realm_states (realm_id, seq, state, pointer_hash) VALUES ('central', 4, ?1, ?1)")
    .run(hashOf("state"));
  old.run("INSERT INTO realm_validators (realm_id, url, etag) SELECT id, coalesce(url, ''), 'x' FROM realms");
  return old;
}

test("a small index from before searches had chunks is searched at once, and followed as it was", () => {
  const db = createOldDatabase(100);
  const registry = new RealmsRegistry(db);
  expect(registry.discover("mail")).toHaveLength(100);
  expect(registry.getRealmValidator("central")).toEqual({ etag: "x" });
  expect(createPackIndex(db, { now: () => START }).find("central")?.state).toBe(hashOf("state"));
});

test("a large one opens without waiting, finds nothing, and its next sync takes all and makes it searchable", () => {
  const db = createOldDatabase(5001);
  const registry = new RealmsRegistry(db);
  expect(registry.discover("mail")).toEqual([]);
  expect(registry.countVersions("central")).toBe(5001);
  expect(registry.getRealmValidator("central")).toEqual({});
  expect(createPackIndex(db, { now: () => START }).find("central")).toEqual({
    seq: 4,
    pointerHash: hashOf("state"),
  });
  const katas = registry.getVersions("central", "k7.mail");
  expect(registry.indexKatas("central", katas)).toMatchObject({ unchanged: 1 });
  expect(registry.discover("mail").map(({ name }) => name)).toEqual(["k7.mail"]);
});

test("the old tables are gone", () => {
  const db = createOldDatabase(1);
  new RealmsRegistry(db);
  const left = db.query(
    "SELECT name FROM sqlite_schema WHERE name LIKE '%trigrams%' OR name LIKE '%kata_names%'",
  );
  expect(left.all()).toEqual([]);
});
