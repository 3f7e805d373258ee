import { afterEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exampleRealm, type PackWorld, startPackWorld } from "../support/pack-world.ts";
import { startRealmServer } from "../support/realm-server.ts";

const KEY = "very-secret-key";
let world: PackWorld | undefined;
afterEach(async () => {
  delete process.env.THREAT_TEST_KEY;
  await world?.stop();
  world = undefined;
});

test("a key from the environment goes to its realm and is left nowhere: not by a sync, an install or a failure", async () => {
  process.env.THREAT_TEST_KEY = KEY;
  await using realm = await startRealmServer(await exampleRealm());
  const examples = { id: "examples", url: realm.url, apiKeyEnv: "THREAT_TEST_KEY" };
  world = await startPackWorld({ isServed: false, realms: { realms: [examples], approvals: "event" } });
  await world.sync();
  await world.seen("realm.synced", ({ realmId }) => realmId === "examples");
  world.emit("capability.missing", { intent: "I need to track all recurring subscriptions" });
  const { proposalId } = await world.seen("kata.install_proposed");
  world.emit("kata.user_approved", { proposalId, approvedBy: "mira" });
  await world.seen("kata.installed");
  realm.misbehave("*", { kind: "status", status: 401 });
  await world.sync();
  await world.seen("realm.sync_failed");

  expect(realm.requests.length).toBeGreaterThan(3);
  for (const { headers } of realm.requests) expect(headers.authorization).toBe(`Bearer ${KEY}`);
  const call = (method: string) => world?.host.api.plugins.call("realms", method);
  const told = await Promise.all(["listRealms", "pendingRequests", "receipts", "stats"].map(call));
  const urls = realm.requests.map(({ path }) => path);
  const said = JSON.stringify([told, urls, world.events, world.lines, world.host.logs]);
  expect(said).toContain("finance.subscriptions");
  expect(said).not.toContain(KEY);
  const files = filesBelow(world.home);
  expect(files.map(({ path }) => path)).toContain(world.databasePath);
  for (const { path, text } of files)
    expect({ path, hasKey: text.includes(KEY) }).toEqual({ path, hasKey: false });
});

function filesBelow(folder: string): Array<{ path: string; text: string }> {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, text: readFileSync(path, "latin1") }));
}
