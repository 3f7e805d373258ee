import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { openRegistry } from "../../lib/registry/open.ts";
import type { RealmsRegistry } from "../../lib/registry/registry.ts";
import {
  defaultSyncLimits,
  type RealmOutcome,
  type RealmProgress,
  type SyncJob,
} from "../../lib/sync/job.ts";
import { createChildRunner } from "../../lib/sync/spawn-child.ts";
import { draftOf, manyDrafts, pathOf, TestPackedRealm } from "../support/packed-realm.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { realmOf, type TempDir, tempDir, until } from "./fixtures.ts";

const entryPath = join(import.meta.dir, "../../lib/sync/child.ts");
const runJob = createChildRunner({ entryPath, env: { PATH: process.env.PATH } });

let dir: TempDir;
let server: RealmServer;
let registry: RealmsRegistry;
let close: () => void;
let job: SyncJob;

beforeEach(async () => {
  dir = tempDir();
  server = await startRealmServer();
  ({ registry, close } = openRegistry({
    recordsPath: dir.path("ronin.db"),
    indexPath: dir.path("index.db"),
    readonlyIndex: true,
  }));
  const realm = realmOf("team", server.url);
  registry.registerRealm(realm);
  job = {
    indexPath: dir.path("index.db"),
    recordsPath: dir.path("ronin.db"),
    realms: [realm],
    knownRealmIds: ["team"],
    // Not for the first time: else the realm would be asked for its first root, too.
    trust: { team: { trust: "unsigned" } },
    limits: defaultSyncLimits,
  };
});

afterEach(async () => {
  close();
  await server.stop();
  dir[Symbol.dispose]();
});

async function run(signal = new AbortController().signal): Promise<RealmOutcome[]> {
  const outcomes: RealmOutcome[] = [];
  await runJob(job, (outcome) => void outcomes.push(outcome), signal);
  return outcomes;
}

/** Runs the child and kills it as soon as `condition` holds. */
async function killWhen(condition: () => boolean): Promise<void> {
  const stopping = new AbortController();
  const running = run(stopping.signal);
  running.catch(() => undefined);
  await until(condition);
  stopping.abort(new Error("killed"));
  await expect(running).rejects.toThrow("killed");
}

function expectWholeIndex(): void {
  const db = new Database(dir.path("index.db"), { strict: true });
  expect(db.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  db.close();
}

const scratchFiles = () =>
  existsSync(dir.path("index.db.packs")) ? readdirSync(dir.path("index.db.packs")) : [];

describe("a sync of packs in its own process", () => {
  test("fills the index that the host reads, and leaves no scratch folder and no log", async () => {
    const realm = new TestPackedRealm({ rowsPerPack: 300 }).publish(...manyDrafts(1000));
    realm.serve(server);
    expect(await run()).toMatchObject([{ kind: "synced", added: 1000 }]);
    realm.publish(draftOf("a.new")).serve(server);
    expect(await run()).toMatchObject([{ kind: "synced", added: 1, unchanged: 1000 }]);
    expect(registry.discover("*", ["team"])).toHaveLength(1001);
    expect(existsSync(dir.path("index.db.packs"))).toBe(false);
    expect(statSync(dir.path("index.db-wal")).size).toBe(0);
  });

  test("says how far it is: bytes that came, then rows of the index", async () => {
    const { base } = new TestPackedRealm({ rowsPerPack: 300 }).publish(...manyDrafts(1000)).serve(server);
    const bytes = base.reduce((sum, pack) => sum + pack.bytes, 0);
    const [first] = base;
    const second = base[1] ?? { sha256: "" };
    server.misbehave(pathOf(second), { kind: "drip", everyMs: 50, bytesAtOnce: 3000 });
    const said: RealmProgress[] = [];
    const { signal } = new AbortController();
    await runJob(
      job,
      () => {},
      signal,
      (progress) => void said.push(progress),
    );
    const receiving = said.filter(({ step }) => step === "receiving");
    expect(receiving.length).toBeGreaterThan(0);
    expect(new Set(receiving.map(({ of }) => of))).toEqual(new Set([bytes]));
    expect(receiving.every(({ done }) => done > 0 && done <= bytes)).toBe(true);
    expect(receiving).toEqual(receiving.toSorted((a, b) => a.done - b.done));
    expect(receiving.at(-1)?.done).toBeGreaterThan(first?.bytes ?? bytes);
    expect(said.slice(receiving.length)[0]).toMatchObject({ step: "indexing", of: 1000 });
  });

  test("that is killed while a pack arrives leaves the old index, and the next one clears up after it", async () => {
    const realm = new TestPackedRealm().publish(draftOf("a.one"));
    realm.serve(server);
    await run();
    const { deltas } = realm.publish(...manyDrafts(50)).serve(server, { base: realm.files().pointer.base });
    const [delta] = deltas;
    const path = pathOf(delta ?? { sha256: "" });
    server.misbehave(path, { kind: "drip", everyMs: 5, bytesAtOnce: 20 });
    await killWhen(() =>
      scratchFiles().some((name) => statSync(dir.path(`index.db.packs/${name}`)).size > 0),
    );
    await server.allClosed();
    expectWholeIndex();
    expect(registry.countVersions("team")).toBe(1);
    server.misbehave(path, undefined);
    expect(await run()).toMatchObject([{ kind: "synced", added: 50 }]);
    expect(existsSync(dir.path("index.db.packs"))).toBe(false);
  });

  test.each([0, 1_000_000])(
    "that is killed while it writes, with more than %i bytes in the log, leaves the old index or the new one",
    async (logBytes) => {
      const realm = new TestPackedRealm().publish(...manyDrafts(50));
      realm.serve(server);
      await run();
      realm.publish(...manyDrafts(4000, "v2")).serve(server);
      // Somebody who reads keeps the log from being emptied before the test has seen it.
      const reader = new Database(dir.path("index.db"), { strict: true });
      reader.run("BEGIN");
      reader.query("SELECT count(*) FROM realm_kata_index").get();
      await killWhen(() => statSync(dir.path("index.db-wal")).size > logBytes);
      reader.close();

      expectWholeIndex();
      const versions = registry.countVersions("team");
      expect([50, 4050]).toContain(versions);
      expect(registry.discover("*")).toHaveLength(versions === 50 ? 50 : 4000);
      expect(await run()).toMatchObject([{ kind: "synced" }]);
      expectWholeIndex();
      expect(registry.countVersions("team")).toBe(4050);
      // What it started from was whole too: the next publish is followed by a delta.
      realm.publish(draftOf("a.new")).serve(server);
      server.requests.length = 0;
      expect(await run()).toMatchObject([{ kind: "synced", added: 1, unchanged: 4050 }]);
      expect(server.requests).toHaveLength(2);
    },
    20_000,
  );
});
