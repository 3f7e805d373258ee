import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { migrate } from "../../lib/registry/migrate.ts";
import { indexMigrations, recordsMigrations } from "../../lib/registry/migrations.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { createWorldWith, kataOf, realmOf, START } from "./world.ts";

describe("the mirrors of a realm", () => {
  test("are kept in their order, and replaced with the realm", () => {
    const mirrors = ["https://b.example/v1", "https://a.example/v1"];
    const { registry } = createWorldWith(realmOf("team", { mirrors }));
    expect(registry.findRealm("team")?.mirrors).toEqual(mirrors);
    registry.registerRealm(realmOf("team"));
    expect(registry.findRealm("team")).not.toHaveProperty("mirrors");
  });
});

describe("failures in a row", () => {
  test("are counted behind the first one, until a sync succeeds", () => {
    const { registry } = createWorldWith("central");
    const fail = () => {
      registry.recordSyncFailure("central", START, "network", "no way");
      return registry.getSyncStatus("central").earlierFailures;
    };
    expect([fail(), fail(), fail()]).toEqual([undefined, 1, 2]);
    registry.recordSyncSuccess("central", START);
    expect(registry.getSyncStatus("central")).not.toHaveProperty("earlierFailures");
    expect(fail()).toBeUndefined();
  });
});

describe("a database from before realms had packs and mirrors", () => {
  test("keeps its realms and rows, and gets the new columns", () => {
    const db = new Database(":memory:", { strict: true });
    migrate(db, [...recordsMigrations.slice(0, 1), ...indexMigrations.slice(0, 1)], START);
    db.run(
      "INSERT INTO realms (id, name, type, enabled, url) VALUES ('old', 'Old', 'custom', 1, 'https://o.example')",
    );
    const registry = new RealmsRegistry(db);
    registry.indexKatas("old", [kataOf("a.one")]);
    expect(registry.findRealm("old")).toMatchObject({ id: "old", url: "https://o.example" });
    expect(registry.discover("*")).toHaveLength(1);
    registry.registerRealm(realmOf("old", { mirrors: ["https://m.example"] }));
    expect(registry.findRealm("old")?.mirrors).toEqual(["https://m.example"]);
  });
});
