import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { sayProgress } from "../../lib/desk/say-progress.ts";
import { createRealmSyncs, type RealmSyncs } from "../../lib/desk/syncs.ts";
import { RegistryBusyError } from "../../lib/errors.ts";
import type { RealmProgress } from "../../lib/sync/job.ts";
import type { SyncReport } from "../../lib/sync/syncer.ts";
import { createRecordingLog } from "../events/recording-log.ts";
import { until } from "../sync/fixtures.ts";

const finished: SyncReport = { kind: "finished", outcomes: [] };
const held: SyncReport = { kind: "held_elsewhere", outcomes: [] };

let syncs: RealmSyncs;
let told: string[];
let answers: Array<() => Promise<SyncReport>>;
let asked: number;
let progress: (progress: RealmProgress) => void;
let log: ReturnType<typeof createRecordingLog>;

beforeEach(() => {
  told = [];
  answers = [];
  asked = 0;
  log = createRecordingLog();
  syncs = createRealmSyncs(
    {
      log,
      clock: { now: () => 7 },
      sync: async () => {
        asked += 1;
        return await (answers.shift() ?? (async () => finished))();
      },
      onSyncProgress(listener) {
        progress = listener;
        return () => {};
      },
    },
    {
      changed: (id) => told.push(`${id} ${syncs.find(id).isSyncing ? "began" : "ended"}`),
      progressed: (id) => told.push(`${id} ${sayProgress(syncs.find(id).progress)}`),
    },
    { heldPauseMs: 1 },
  );
});
afterEach(() => syncs.close());

const ended = () => until(() => !syncs.find("team").isSyncing);

describe("a sync that a person starts", () => {
  test("is told from its beginning to its end, with what was received and indexed", async () => {
    const gate = Promise.withResolvers<SyncReport>();
    answers = [() => gate.promise];
    syncs.start("team");
    const said = { kind: "progress", realmId: "team" } as const;
    progress({ ...said, step: "receiving", done: 12_400_000, of: 80_100_000 });
    progress({ ...said, step: "indexing", done: 1000, of: null });
    expect(syncs.find("team").progress).toEqual({ step: "indexing", done: 1000, of: null });
    gate.resolve(finished);
    await ended();
    expect(told).toEqual([
      "team began",
      "team receiving 12.4 MB of 80.1 MB",
      "team indexing 1,000 versions",
      "team ended",
    ]);
    expect(syncs.find("team")).toEqual({ isSyncing: false, progress: null, broken: undefined });
  });

  test("says nothing of one that nobody here started", () => {
    progress({ kind: "progress", realmId: "other", step: "receiving", done: 1, of: 2 });
    expect(told).toEqual([]);
  });

  test("is one, however often it is started meanwhile", async () => {
    syncs.start("team");
    syncs.start("team");
    await ended();
    expect(asked).toBe(1);
  });

  test("waits while another process syncs, says so, and comes after it", async () => {
    answers = [async () => held, async () => held];
    syncs.start("team");
    await ended();
    expect(asked).toBe(3);
    expect(told.slice(0, 2)).toEqual(["team began", "team waiting for another sync to end"]);
    expect(syncs.find("team").broken).toBeUndefined();
  });

  test("ends with the reason where it never came to a result, and the next one forgets that", async () => {
    answers = [() => Promise.reject(new RegistryBusyError())];
    syncs.start("team");
    await ended();
    expect(syncs.find("team").broken).toMatchObject({ code: "registry_busy", at: 7 });
    expect(log.lines).toHaveLength(1);
    syncs.start("team");
    expect(syncs.find("team").broken).toBeUndefined();
    await ended();
  });

  test("that waits ends with the desk, and is no failure", async () => {
    answers = Array.from({ length: 1000 }, () => async () => held);
    syncs.start("team");
    await until(() => asked > 1);
    syncs.close();
    await ended();
    expect(syncs.find("team").broken).toBeUndefined();
    expect(log.lines).toEqual([]);
  });
});
