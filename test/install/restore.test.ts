import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { findMissing } from "../../lib/install/restore.ts";
import { type InstallWorld, startInstallWorld } from "../support/install-world.ts";

const sourceOf = (name: string): string =>
  `kata ${name} v1\nrequires skill local.notify\ninitial a\nphase a\n  run skill local.notify\n  complete\n`;

let world: InstallWorld;
beforeEach(async () => {
  world = await startInstallWorld();
  for (const name of ["finance.audit", "notes.daily"]) {
    world.publish(sourceOf(name));
    await world.approve({ proposalId: world.propose(name, "v1").id });
  }
  world.fetched.length = 0;
  world.served.clear();
});
afterEach(() => world.stop());

function edit(sql: string): void {
  const database = new Database(world.databasePath);
  database.run(sql);
  database.close();
}

const restored = (): unknown[] =>
  world.events.filter(({ event }) => event === "kata.restored").map(({ payload }) => payload.kataName);

describe("putting back what the host has lost", () => {
  test("registers it from the kept sources, without asking a realm, and tells of each", async () => {
    edit("DELETE FROM kata_definitions");
    expect(findMissing(world.registry).map(({ kataName }) => kataName)).toEqual([
      "finance.audit",
      "notes.daily",
    ]);
    await world.installer.restore();
    expect(world.registered()).toEqual(["finance.audit@v1", "notes.daily@v1"]);
    expect(restored()).toEqual(["finance.audit", "notes.daily"]);
    expect(world.fetched).toEqual([]);
    expect(world.receipts()).toHaveLength(2);
    await world.installer.restore();
    expect(restored()).toHaveLength(2);
  });

  test("leaves out what a person took out", async () => {
    world.registry.removeHostKata({ name: "finance.audit", version: "v1" }, "jo");
    edit("DELETE FROM kata_definitions");
    await world.installer.restore();
    expect(world.registered()).toEqual(["notes.daily@v1"]);
  });

  test("leaves alone what stands there with other bytes", async () => {
    edit("UPDATE kata_definitions SET source_code = source_code || '#'");
    await world.installer.restore();
    expect(restored()).toEqual([]);
  });

  test.each([
    ["was damaged", "UPDATE kata_sources SET bytes = x'00' WHERE source_hash ="],
    ["was not kept", "DELETE FROM kata_sources WHERE source_hash ="],
  ])("goes on with the next when a source %s", async (_what, sql) => {
    const [receipt] = world.registry.getReceipts({ kataName: "finance.audit" });
    edit(`${sql} '${receipt?.sourceHash}'`);
    edit("DELETE FROM kata_definitions");
    await world.installer.restore();
    expect(world.registered()).toEqual(["notes.daily@v1"]);
    expect(restored()).toEqual(["notes.daily"]);
  });

  test("does nothing after the pack was stopped", async () => {
    edit("DELETE FROM kata_definitions");
    await world.installer.stop();
    await world.installer.restore();
    expect(world.registered()).toEqual([]);
  });
});
