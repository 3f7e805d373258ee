import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { readHostNote } from "../../lib/runtime/host-note.ts";
import { receiptHeadPath } from "../../lib/runtime/receipt-heads.ts";
import { read } from "../support/install-world.ts";
import { type PackWorld, runtimeOfProcess, startPackWorld } from "../support/pack-world.ts";

const FIRST_SYNC_MS = 12_000;
let world: PackWorld;
afterEach(() => world.stop());

async function until<Value>(find: () => Value | undefined, timeoutMs: number): Promise<Value> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 50) {
    const found = find();
    if (found !== undefined) return found;
    await Bun.sleep(50);
  }
  throw new Error(`not within ${timeoutMs} ms`);
}

const reload = (name: string) => world.host.reload(resolve(import.meta.dir, `../../agents/${name}.ts`));

/** The pack as it starts in a host on the files of one that stopped in the middle of an install. */
async function startInterrupted(change = () => {}): Promise<string> {
  world = await startPackWorld();
  world.emit("capability.missing", { intent: "I need to track all recurring subscriptions" });
  const { proposalId } = await world.seen("kata.install_proposed");
  await runtimeOfProcess()?.retire();
  Reflect.deleteProperty(globalThis, Symbol.for("ronin-realms.runtime"));
  const database = new Database(world.databasePath);
  database.run(
    "UPDATE kata_install_requests SET status = 'approved', approved_by = 'mira', approved_at = ?, install_state = 'downloading' WHERE id = ?",
    [Date.now(), proposalId],
  );
  database.close();
  change();
  for (const name of ["dojo-agent", "realm-sync-agent"]) await reload(name);
  return proposalId;
}

describe("a host that is left alone after its start", () => {
  test("leaves word for the command, and syncs by itself", async () => {
    world = await startPackWorld();
    const note = await until(() => readHostNote(join(world.home, "state", "host.json")), FIRST_SYNC_MS);
    expect(note).toMatchObject({
      pid: process.pid,
      databasePath: world.databasePath,
      approvals: "event",
      roninVersion: "1.1.1",
    });
    await until(
      () =>
        world.events.find(({ event, payload }) => event === "realm.synced" && payload.realmId === "examples"),
      FIRST_SYNC_MS,
    );
  }, 20_000);

  test("does nothing more once its runtime was retired", async () => {
    world = await startPackWorld();
    await runtimeOfProcess()?.retire();
    await Bun.sleep(2500);
    expect(readHostNote(join(world.home, "state", "host.json"))).toBeUndefined();
    expect(read(world.databasePath, "SELECT 1 FROM sqlite_master WHERE name = 'realms'")).toEqual([]);
    world.emit("capability.missing", { intent: "I need to track subscriptions" });
    expect(world.realm.requests).toEqual([]);
  }, 10_000);

  test("takes up an install that was interrupted, without being asked to", async () => {
    const proposalId = await startInterrupted();
    expect(await world.seen("kata.installed")).toMatchObject({ proposalId });
  }, 20_000);

  test("remembers where the receipts end, which an install that was killed right behind its end did not", async () => {
    world = await startPackWorld();
    world.emit("capability.missing", { intent: "I need to track all recurring subscriptions" });
    const { proposalId } = await world.seen("kata.install_proposed");
    world.emit("kata.user_approved", { proposalId, approvedBy: "mira" });
    await world.seen("kata.installed");
    const remembered = receiptHeadPath(world.databasePath);
    await until(() => existsSync(remembered) || undefined, 5000);
    await runtimeOfProcess()?.retire();
    Reflect.deleteProperty(globalThis, Symbol.for("ronin-realms.runtime"));
    rmSync(remembered);
    for (const name of ["dojo-agent", "realm-sync-agent"]) await reload(name);
    await until(() => existsSync(remembered) || undefined, 5000);
  }, 20_000);

  test("once, however often its agents are constructed, and waits for a realm that is late", async () => {
    const proposalId = await startInterrupted(() => world.realm.misbehave("*", { kind: "hang-up" }));
    for (const name of ["dojo-agent", "dojo-agent", "realm-sync-agent"]) await reload(name);
    await world.logged(new RegExp(`install ${proposalId} was put off`));
    const taken = world.lines.filter((line) => line.includes("taking up the unfinished install"));
    expect(taken).toHaveLength(1);
    expect(world.count("kata.install_failed")).toBe(0);
    expect(read(world.databasePath, "SELECT install_state FROM kata_install_requests")).toEqual([
      { install_state: "downloading" },
    ]);
  }, 20_000);
});
