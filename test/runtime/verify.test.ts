import { Database } from "bun:sqlite";
import { afterEach, expect, spyOn, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type PackWorld, startPackWorld } from "../support/pack-world.ts";

let world: PackWorld;
afterEach(() => world.stop());

test("the pack remembers the end of its receipts, and says the day after that a kata was altered", async () => {
  world = await startPackWorld();
  world.emit("capability.missing", { intent: "I need to track all recurring subscriptions" });
  const { proposalId } = await world.seen("kata.install_proposed");
  world.emit("kata.user_approved", { proposalId, approvedBy: "mira" });
  await world.seen("kata.installed");
  await world.seen("realm.synced", ({ realmId, added }) => realmId === "local" && added === 2);
  expect(readdirSync(join(world.home, "state")).filter((name) => name.startsWith("receipts-"))).toHaveLength(
    1,
  );

  const database = new Database(world.databasePath);
  database.run("UPDATE kata_definitions SET source_code = source_code || ' ' WHERE name = 'notify.user'");
  database.close();
  const tomorrow = Date.now() + 24 * 3_600_000;
  const now = spyOn(Date, "now").mockImplementation(() => tomorrow);
  try {
    await world.sync();
    expect(await world.seen("kata.altered")).toMatchObject({
      kataName: "notify.user",
      difference: "source_changed",
    });
  } finally {
    now.mockRestore();
  }
  expect(world.count("receipts.altered")).toBe(0);
});
