import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { type Realm, RealmsRegistry } from "../../lib/index.ts";
import { guideText, readBlocks } from "./read-guide.ts";

interface Column {
  name: string;
  pk: number;
}

const ours = new Database(":memory:");
const registry = new RealmsRegistry(ours);
const theirs = new Database(":memory:");
const sql = readBlocks(guideText).filter(({ language }) => language === "sql");
for (const { text } of sql) theirs.exec(text);

afterAll(() => {
  ours.close();
  theirs.close();
});

describe("the guide's SQL", () => {
  const tables = theirs
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map(({ name }) => name);

  test("declares the three tables", () => {
    expect(sql).toHaveLength(1);
    expect(tables).toEqual(["kata_install_requests", "realm_kata_index", "realms"]);
  });

  for (const table of tables) {
    test(`${table} has every column of the guide, under the guide's name`, () => {
      const missing = columnsOf(theirs, table).filter(
        ({ name }) => !columnsOf(ours, table).some((column) => column.name === name),
      );
      expect(columnsOf(theirs, table).length).toBeGreaterThan(8);
      expect(missing).toEqual([]);
    });

    test(`${table} takes a row written with the guide's columns`, () => {
      const names = columnsOf(theirs, table).map(({ name }) => name);
      const insert = `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
      const values = names.map((name) => exampleValues[name] ?? null);
      ours.exec("SAVEPOINT example");
      ours.query(insert).run(...values);
      const [row] = ours.query<Record<string, unknown>, []>(`SELECT ${names.join(", ")} FROM ${table}`).all();
      ours.exec("ROLLBACK TO example");
      ours.exec("RELEASE example");
      expect(Object.values(row ?? {})).toEqual(values);
    });
  }

  test("realms and requests have the guide's primary key", () => {
    for (const table of ["realms", "kata_install_requests"]) {
      expect(columnsOf(ours, table).filter(({ pk }) => pk > 0)).toEqual([{ name: "id", pk: 1 }]);
    }
  });

  test("a realm lists a version once", () => {
    expect(uniqueKeysOf(ours, "realm_kata_index")).toContainEqual(["realm_id", "kata_name", "kata_version"]);
  });
});

describe("the guide's JSON", () => {
  const json = readBlocks(guideText).filter(({ language }) => language === "json");

  test("is a realm that can be registered as it stands", () => {
    expect(json).toHaveLength(1);
    const realm: Realm = JSON.parse(json[0]?.text ?? "");
    registry.registerRealm(realm);
    expect(registry.getEnabledRealms()).toMatchObject([realm]);
  });
});

/** What the guide's tables hold, by column. */
const exampleValues: Readonly<Record<string, string | number>> = {
  id: "central",
  name: "Central Realms",
  type: "central",
  enabled: 1,
  url: "https://realms.ronin.dev/v1",
  api_key: "token123",
  created_at: 1_708_800_000_000,
  last_synced_at: 1_708_800_000_000,
  cache_strategy: "lazy",
  cache_ttl: 3_600_000,
  realm_id: "central",
  kata_name: "finance.audit",
  kata_version: "v2",
  source: "central",
  required_skills: '["mail.search"]',
  min_ronin_version: "0.1.0",
  max_ronin_version: "0.3.0",
  tags: '["finance"]',
  category: "finance",
  complexity: "moderate",
  source_hash: "0a".repeat(32),
  compiled_hash: "0b".repeat(32),
  description: "Audits accounts",
  install_count: 3,
  last_modified: 1_708_800_000_000,
  from_realm: "central",
  requested_at: 1_708_800_000_000,
  approved_at: 1_708_800_000_000,
  approved_by: "user123",
  status: "approved",
  reason: "fits",
};

function columnsOf(database: Database, table: string): Column[] {
  return database
    .query<Column, [string]>("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid")
    .all(table)
    .map(({ name, pk }) => ({ name, pk }));
}

function uniqueKeysOf(database: Database, table: string): string[][] {
  const keys = database.query<{ name: string }, [string]>(
    'SELECT name FROM pragma_index_list(?) WHERE "unique" = 1',
  );
  const columns = database.query<{ name: string }, [string]>(
    "SELECT name FROM pragma_index_info(?) ORDER BY seqno",
  );
  return keys.all(table).map((key) => columns.all(key.name).map(({ name }) => name));
}
