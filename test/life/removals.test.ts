import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { codeOf } from "../support/throws.ts";
import { createLifeWorld, sourceOf } from "./life-world.ts";

const kata = { name: "finance.audit", version: "v1" };

function createInstalled() {
  const world = createLifeWorld();
  world.install(kata.name, kata.version);
  world.install(kata.name, "v2");
  return world;
}

const left = (world: ReturnType<typeof createInstalled>): string[] =>
  world.registry.getHostKatas().map(({ version }) => version);

describe("taking a kata out of the host", () => {
  test("removes that version alone, with a record, and keeps receipt and source", () => {
    const world = createInstalled();
    const removal = world.registry.removeHostKata(kata, "jo");
    expect(removal).toEqual({
      id: expect.any(String),
      kataName: kata.name,
      kataVersion: "v1",
      fromRealm: "central",
      sourceHash: sha256Hex(sourceOf(kata.name, "v1")),
      receiptId: "r1",
      removedAt: world.time.now,
      removedBy: "jo",
    });
    expect(world.registry.getRemovals()).toEqual([removal]);
    expect(left(world)).toEqual(["v2"]);
    expect(world.registry.countReceipts()).toBe(2);
    world.registry.pruneSources();
    expect(world.registry.findSource(removal.sourceHash)).toBeDefined();
  });

  test.each<[what: string, code: string, arrange: (world: ReturnType<typeof createInstalled>) => void]>([
    [
      "its source is not the receipt's",
      "host_changed",
      ({ records }) =>
        records.run("UPDATE kata_definitions SET source_code = source_code || ' ' WHERE version = 'v1'"),
    ],
    [
      "it is there no more",
      "unknown_kata",
      ({ records }) => records.run("DELETE FROM kata_definitions WHERE version = 'v1'"),
    ],
  ])("is refused when %s", (_what, code, arrange) => {
    const world = createInstalled();
    arrange(world);
    const before = left(world);
    expect(codeOf(() => world.registry.removeHostKata(kata, "jo"), RegistryError)).toBe(code);
    expect(left(world)).toEqual(before);
    expect(world.registry.getRemovals()).toEqual([]);
  });

  test("is refused for a kata without a receipt", () => {
    const world = createInstalled();
    world.records.run("UPDATE kata_definitions SET name = 'own.kata' WHERE version = 'v1'");
    const own = { name: "own.kata", version: "v1" };
    expect(codeOf(() => world.registry.removeHostKata(own, "jo"), RegistryError)).toBe("unknown_kata");
    expect(left(world)).toEqual(["v1", "v2"]);
  });

  test("leaves the kata when the record cannot be written", () => {
    const world = createInstalled();
    world.records.run(
      "CREATE TRIGGER full BEFORE INSERT ON kata_removals BEGIN SELECT raise(ABORT, 'disk full'); END",
    );
    expect(() => world.registry.removeHostKata(kata, "jo")).toThrow("disk full");
    expect(left(world)).toEqual(["v1", "v2"]);
  });

  test("leaves a record that nobody changes", () => {
    const world = createInstalled();
    world.registry.removeHostKata(kata, "jo");
    for (const sql of [
      "UPDATE kata_removals SET removed_by = 'nobody'",
      "DELETE FROM kata_removals",
      "INSERT OR REPLACE INTO kata_removals SELECT * FROM kata_removals",
    ]) {
      expect(() => world.records.run(sql)).toThrow("only ever added");
    }
  });

  test("may be followed by the same kata again", () => {
    const world = createInstalled();
    world.registry.removeHostKata(kata, "jo");
    world.install(kata.name, "v1");
    world.registry.removeHostKata(kata, "jo");
    expect(world.registry.getRemovals()).toHaveLength(2);
  });
});

describe("what depends on a kata", () => {
  const graphOf = (name: string, spawned: string): string =>
    JSON.stringify({
      name,
      version: "v1",
      requires: [],
      initial: "a",
      phases: {
        a: { name: "a", action: { type: "spawn", kata: kata.name, version: spawned }, terminal: "complete" },
      },
      requiredSkills: [],
    });

  test("are the katas that spawn it, the contracts that target it and its open tasks", () => {
    const world = createInstalled();
    for (const [name, spawned] of [
      ["month.end", "v1"],
      ["year.end", "v2"],
    ] as const) {
      world.install(name, "v1");
      world.records
        .query("UPDATE kata_definitions SET compiled_graph = ? WHERE name = ?")
        .run(graphOf(name, spawned), name);
    }
    world.records.run(
      "CREATE TABLE contracts_v2 (name TEXT, enabled INTEGER, target_kata TEXT, target_kata_version TEXT)",
    );
    world.records.run(
      "INSERT INTO contracts_v2 VALUES ('daily', 1, 'finance.audit', 'v1'), ('other', 1, 'finance.audit', 'v2')",
    );
    world.records.run("CREATE TABLE tasks (id TEXT, state TEXT, kata_name TEXT, kata_version TEXT)");
    world.records.run(
      "INSERT INTO tasks VALUES ('t1', 'running', 'finance.audit', 'v1'), ('t2', 'failed', 'finance.audit', 'v1'), ('t3', 'running', 'finance.audit', 'v2')",
    );
    world.records.run(
      "CREATE TABLE tasks_v2 (task_id TEXT, status TEXT, source_kata TEXT, source_kata_version TEXT)",
    );
    world.records.run("INSERT INTO tasks_v2 VALUES ('t4', 'pending', 'finance.audit', 'v1')");
    expect(world.registry.findDependants(kata.name, "v1")).toEqual({
      katas: ["month.end@v1"],
      contracts: ["daily"],
      tasks: [
        { id: "t1", state: "running" },
        { id: "t4", state: "pending" },
      ],
    });
  });

  test("is nothing where the host has no such tables, or others of their names", () => {
    const world = createInstalled();
    expect(world.registry.findDependants(kata.name, "v1")).toEqual({ katas: [], contracts: [], tasks: [] });
    world.records.run("CREATE TABLE tasks (title TEXT)");
    expect(world.registry.findDependants(kata.name, "v1").tasks).toEqual([]);
  });
});
