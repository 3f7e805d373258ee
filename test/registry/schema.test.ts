import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { codeOf } from "../support/throws.ts";
import { createWorld, hashOf, kataOf, realmOf } from "./world.ts";

/** The guide's columns, in the guide's order. */
const guide = {
  realms: "id name type enabled url api_key created_at last_synced_at cache_strategy cache_ttl",
  realm_kata_index:
    "realm_id kata_name kata_version source required_skills min_ronin_version max_ronin_version tags category complexity source_hash compiled_hash description install_count last_modified",
  kata_install_requests:
    "id kata_name kata_version from_realm requested_at approved_at approved_by status reason",
  kata_install_receipts:
    "id kata_name kata_version from_realm installed_at checksum_verified source_hash compiled_hash installed_by",
};

/** How the host's own code would make these tables, in its order and with its constraints. */
const hostTables = [
  `CREATE TABLE realms (
     id TEXT PRIMARY KEY, name TEXT NOT NULL,
     type TEXT NOT NULL CHECK (type IN ('central', 'local', 'custom')),
     enabled BOOLEAN DEFAULT 1, url TEXT, api_key TEXT, description TEXT, created_at INTEGER NOT NULL,
     last_synced_at INTEGER, cache_strategy TEXT DEFAULT 'lazy', cache_ttl INTEGER DEFAULT 3600000)`,
  `CREATE TABLE realm_kata_index (
     id INTEGER PRIMARY KEY AUTOINCREMENT, realm_id TEXT NOT NULL, kata_name TEXT NOT NULL,
     kata_version TEXT NOT NULL, source TEXT NOT NULL, required_skills TEXT NOT NULL, min_ronin_version TEXT,
     max_ronin_version TEXT, tags TEXT NOT NULL, category TEXT, complexity TEXT NOT NULL,
     release_date INTEGER NOT NULL, deprecated BOOLEAN DEFAULT 0, deprecation_reason TEXT,
     source_hash TEXT NOT NULL, compiled_hash TEXT NOT NULL, description TEXT, author TEXT, license TEXT,
     documentation TEXT, install_count INTEGER DEFAULT 0, last_modified INTEGER NOT NULL,
     FOREIGN KEY (realm_id) REFERENCES realms(id), UNIQUE (realm_id, kata_name, kata_version))`,
  `CREATE TABLE kata_install_requests (
     id TEXT PRIMARY KEY, kata_name TEXT NOT NULL, kata_version TEXT NOT NULL, from_realm TEXT NOT NULL,
     requested_at INTEGER NOT NULL, approved_at INTEGER, approved_by TEXT,
     status TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')), reason TEXT,
     FOREIGN KEY (from_realm) REFERENCES realms(id))`,
];

function columnsOf(db: Database, table: string): string[] {
  return db
    .query<{ name: string }, [string]>("SELECT name FROM pragma_table_info(?)")
    .all(table)
    .map(({ name }) => name);
}

function schemaOf(db: Database): unknown[] {
  return db.query("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all();
}

describe("an empty database", () => {
  test.each(Object.entries(guide))("gets the guide's %s with the guide's columns first", (table, columns) => {
    const { records } = createWorld();
    expect(columnsOf(records, table).slice(0, columns.split(" ").length)).toEqual(columns.split(" "));
  });

  test("given twice changes nothing, and reads only", () => {
    const { records } = createWorld();
    const before = schemaOf(records);
    records.run("PRAGMA query_only = 1");
    new RealmsRegistry(records);
    expect(schemaOf(records)).toEqual(before);
    expect(records.query("SELECT name FROM realms_migrations ORDER BY name").values()).toEqual([
      ["index-1"],
      ["index-2-packs"],
      ["index-3-katas"],
      ["records-1"],
      ["records-2-mirrors"],
      ["records-3-trust"],
      ["records-4-accept-stale"],
      ["records-5-life"],
      ["records-6-announced"],
      ["records-7-receipt-chain"],
    ]);
  });

  test("keeps the index apart when it has a database of its own", () => {
    const index = new Database(":memory:");
    const { records, registry } = createWorld({ index });
    registry.registerRealm(realmOf("central"));
    registry.indexKatas("central", [kataOf("a.b")]);
    expect(columnsOf(records, "realm_kata_index")).toEqual([]);
    expect(columnsOf(index, "realms")).toEqual([]);
    expect(registry.discover("a.b")).toHaveLength(1);
    expect(registry.requestInstall("a.b", "v1", "central").status).toBe("pending");
  });

  test("of a build that is newer than this one is taken as it is", () => {
    const { records } = createWorld();
    records.run("INSERT INTO realms_migrations (name, applied_at) VALUES ('records-999', 1)");
    records.run("ALTER TABLE realms ADD COLUMN from_the_future TEXT");
    const registry = new RealmsRegistry(records);
    registry.registerRealm(realmOf("central"));
    expect(registry.getRealms()).toHaveLength(1);
  });
});

describe("a database that holds the host's own tables", () => {
  function createHostDatabase(): Database {
    const db = new Database(":memory:");
    for (const sql of hostTables) db.run(sql);
    db.run(
      `INSERT INTO realms (id, name, type, url, api_key, created_at)
       VALUES ('central', 'Central', 'central', 'https://central.example', 'secret', 77)`,
    );
    const insert = db.query(
      `INSERT INTO realm_kata_index (
         realm_id, kata_name, kata_version, source, required_skills, tags, complexity, release_date, deprecated,
         deprecation_reason, source_hash, compiled_hash, description, last_modified
       ) VALUES ('central', ?, ?, 'central', '["mail.search"]', '["Finance"]', 'simple', 5, ?, ?, ?, ?, 'Old words', 6)`,
    );
    insert.run("finance.audit", "v1", 0, null, hashOf("s"), hashOf("c"));
    insert.run("finance.audit", "v2", 1, "slow", hashOf("s2"), hashOf("c2"));
    insert.run("finance.odd", "v1", 0, null, "abc123", "def456");
    db.run(
      `INSERT INTO kata_install_requests (id, kata_name, kata_version, from_realm, requested_at, status)
       VALUES ('r1', 'finance.audit', 'v1', 'central', 1800000000000, 'pending')`,
    );
    return db;
  }

  test("gets our columns appended and keeps its rows", () => {
    const records = createHostDatabase();
    const before = Object.keys(guide).map((table) => columnsOf(records, table));
    const { registry } = createWorld({ records });
    Object.keys(guide).forEach((table, index) => {
      const columns = columnsOf(records, table);
      expect(columns.slice(0, before[index]?.length)).toEqual(before[index] ?? []);
    });
    expect(registry.getRealms()).toEqual([
      {
        id: "central",
        name: "Central",
        type: "central",
        url: "https://central.example",
        enabled: true,
        createdAt: 77,
        cacheStrategy: "lazy",
        cacheTtl: 3_600_000,
      },
    ]);
    expect(registry.findApiKey("central")).toBe("secret");
    expect(registry.getPendingRequests()).toMatchObject([
      { id: "r1", kataName: "finance.audit", status: "pending" },
    ]);
  });

  test("is searched at once, but for rows that are no metadata", () => {
    const { registry } = createWorld({ records: createHostDatabase() });
    expect(registry.discover("FINANCE")).toMatchObject([
      {
        name: "finance.audit",
        versions: [
          {
            version: "v2",
            deprecated: true,
            status: "deprecated",
            reason: "slow",
            releaseDate: 5,
            lastModified: 6,
          },
          { version: "v1", status: "active" },
        ],
      },
    ]);
    expect(registry.discover("words mail")).toHaveLength(1);
    expect(registry.discover("*", undefined, { skills: ["mail.search"], tags: ["finance"] })).toHaveLength(1);
    expect(registry.discover("odd")).toEqual([]);
    expect(registry.findKata("central", "finance.odd", "v1")).toBeUndefined();
    expect(registry.getVersions("central", "finance.odd")).toEqual([]);
  });

  test("takes everything that our own takes, times that nobody gave too", () => {
    const records = createHostDatabase();
    const { registry } = createWorld({ records });
    const kata = kataOf("a.b");
    expect(registry.indexKatas("central", [kata])).toMatchObject({ added: 1 });
    expect(registry.findKata("central", "a.b", "v1")).toEqual({ ...kata, status: "active" });
    expect(registry.indexKatas("central", [kata])).toMatchObject({ unchanged: 1 });
    registry.registerRealm(realmOf("team"));
    const { id } = registry.requestInstall("a.b", "v1", "central", { intent: "x" });
    expect(registry.approveInstall(id, "user123").status).toBe("approved");
    expect(registry.rejectInstall("r1", "no").status).toBe("rejected");
  });

  test("may get rows from the host's own code later: a search is not shown them before the next sync", () => {
    const records = createHostDatabase();
    const { registry } = createWorld({ records });
    records.run(
      `INSERT INTO realm_kata_index (
         realm_id, kata_name, kata_version, source, required_skills, tags, complexity, release_date, source_hash,
         compiled_hash, last_modified
       ) VALUES ('central', 'late.one', 'v1', 'central', '[]', '[]', 'simple', 1, ?, ?, 1)`,
      [hashOf("s"), hashOf("c")],
    );
    expect(registry.discover("late.one")).toEqual([]);
    const kata = kataOf("late.one", "v1", { sourceHash: hashOf("s"), compiledHash: hashOf("c") });
    registry.indexKatas("central", [kata]);
    expect(registry.discover("late.one")).toHaveLength(1);
  });
});

test("a table of the guide's shape with a few columns more, which may stay empty, is shared", () => {
  const records = new Database(":memory:");
  const columns = guide.realms.split(" ").join(", ");
  records.run(`CREATE TABLE REALMS (${columns}, color TEXT, size INTEGER NOT NULL DEFAULT 1, UNIQUE (id))`);
  const { registry } = createWorld({ records });
  registry.registerRealm(realmOf("central"));
  expect(registry.getRealms()).toHaveLength(1);
});

describe("a database that holds a table of another shape under one of the names", () => {
  const cases: Array<[conflict: string, sql: string]> = [
    [
      "realms.api_key is missing",
      "CREATE TABLE realms (id TEXT PRIMARY KEY, name TEXT, type TEXT, enabled, url)",
    ],
    [
      "kata_install_requests.kata_name is missing",
      "CREATE TABLE kata_install_requests (id TEXT PRIMARY KEY)",
    ],
    ["realm_kata_index.realm_id is missing", "CREATE TABLE realm_kata_index (id TEXT PRIMARY KEY)"],
    [
      "kata_install_receipts.id is missing",
      "CREATE TABLE kata_install_receipts (number INTEGER PRIMARY KEY)",
    ],
    [
      "realms_leases.owner is missing",
      "CREATE TABLE realms_leases (name TEXT PRIMARY KEY, expires_at INTEGER)",
    ],
    [
      "realms.owner must be filled",
      `CREATE TABLE realms (${guide.realms.split(" ").join(", ")}, owner TEXT NOT NULL, PRIMARY KEY (id))`,
    ],
    ["realms.id is not unique", `CREATE TABLE realms (${guide.realms.split(" ").join(", ")})`],
    [
      "realm_kata_index.realm_id, kata_name, kata_version is not unique",
      `CREATE TABLE realm_kata_index (${guide.realm_kata_index.split(" ").join(", ")}, UNIQUE (realm_id, kata_name))`,
    ],
    [
      "realms.id is written ID",
      `CREATE TABLE realms (${guide.realms.toUpperCase().split(" ").join(", ")}, UNIQUE (ID))`,
    ],
    [
      "realms.names is written Names",
      `CREATE TABLE realms (${guide.realms.split(" ").join(", ")}, Names TEXT, UNIQUE (id))`,
    ],
    [
      "realms.id is not unique",
      `CREATE TABLE realms (${guide.realms.split(" ").join(", ")}, PRIMARY KEY (id, name))`,
    ],
    ["realms is a view", "CREATE VIEW realms AS SELECT 1 AS id"],
  ];

  test.each(cases)("stops with a conflict: %s", (conflict, sql) => {
    const records = new Database(":memory:");
    records.run("CREATE TABLE agent_state (x)");
    records.run(sql);
    const before = schemaOf(records);
    const open = () => new RealmsRegistry(records);
    expect(codeOf(open, RegistryError)).toBe("schema_conflict");
    expect(open).toThrow(conflict);
    expect(schemaOf(records)).toEqual(before);
    expect(records.inTransaction).toBe(false);
  });
});
