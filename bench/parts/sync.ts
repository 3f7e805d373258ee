import { join } from "node:path";
import { systemClock } from "../../lib/clock.ts";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { defaultSyncLimits, type SyncJob } from "../../lib/sync/job.ts";
import { performJob } from "../../lib/sync/perform-job.ts";
import { createChildRunner } from "../../lib/sync/spawn-child.ts";
import { type Row, toFigure } from "../figures.ts";
import { type Helper, startHelper } from "../helper-process.ts";
import { type Home, REALM_ID } from "../home.ts";
import { type Felt, watchLoop } from "../loop-watch.ts";
import type { FloorRun } from "../peers/insert-loop.ts";
import type { Stage } from "../stage.ts";
import { takeTurns, timed } from "../timing.ts";
import { toHoldRows } from "./hold.ts";

export const syncRows = {
  first: "first sync",
  delta: "delta of 0.1 %",
  noChange: "no change",
  noChangeInside: "no change, without its process",
} as const;

/**
 * First sync, delta and no change, through the syncer and its child process, and what the host felt meanwhile.
 * Beside the first sync its floor in turns; beside the others what cannot be saved: starting a process, and the
 * request.
 */
export async function benchSync(stage: Stage): Promise<Row[]> {
  const { syncs, idleMs } = stage.effort;
  const felt: Felt[] = [];
  const first = await firstSyncs(stage, felt);
  const home = await stage.syncedHome();
  const deltas: number[] = [];
  for (let at = 0; at < syncs; at++) {
    await stage.realm.publishDelta();
    felt.push(await watchLoop(home.host.api.db, async () => deltas.push(await timed(home.sync))));
  }
  const idle = await watchLoop(home.host.api.db, () => Bun.sleep(idleMs));
  const delta = toFigure(deltas);
  const nothing = await noChanges(stage, home);
  return [
    first,
    {
      part: "sync",
      name: syncRows.delta,
      unit: "ms",
      ours: delta,
      peers: { "first sync": first.ours, "empty child": nothing.emptyChild },
    },
    ...nothing.rows,
    ...toHoldRows(felt, idle),
  ];
}

async function firstSyncs(stage: Stage, felt: Felt[]): Promise<Row> {
  await using floor = await startInsertLoop(stage);
  const times: number[] = [];
  const floors: FloorRun[] = [];
  const sync = async (): Promise<void> => {
    const home = await stage.newHome();
    felt.push(await watchLoop(home.host.api.db, async () => times.push(await timed(home.sync))));
    stage.keep(home);
  };
  const insert = async (): Promise<void> => {
    // The helper is this project's own process, and this is the one thing it sends.
    if (floor !== undefined) floors.push((await floor.ask("run")) as FloorRun);
  };
  for (let at = 0; at < stage.effort.syncs; at++) {
    for (const run of at % 2 === 0 ? [sync, insert] : [insert, sync]) await run();
  }
  const row: Row = { part: "sync", name: syncRows.first, unit: "ms", ours: toFigure(times), peers: {} };
  const [one] = floors;
  if (one === undefined) return row;
  return {
    ...row,
    peers: { "insert loop": toFigure(floors.map(({ ms }) => ms)) },
    note: `${one.inserts} inserts for ${one.rows} versions`,
  };
}

async function startInsertLoop({ effort, folder, size }: Stage): Promise<Helper | undefined> {
  if (!effort.withInsertLoop) return undefined;
  const floor = startHelper(join(import.meta.dir, "../peers/insert-loop.ts"), [folder, String(size)]);
  await floor.next();
  return floor;
}

async function noChanges(stage: Stage, home: Home): Promise<{ rows: Row[]; emptyChild: Row["ours"] }> {
  const realm = home.registry.getRealms().find(({ id }) => id === REALM_ID);
  if (realm === undefined) throw new Error("The realm of the benchmark is not registered.");
  const job: SyncJob = {
    indexPath: home.indexPath,
    recordsPath: home.recordsPath,
    realms: [realm],
    knownRealmIds: [REALM_ID],
    limits: defaultSyncLimits,
  };
  const entryPath = join(stage.dist, "agents/ronin-realms/sync.mjs");
  const runChild = createChildRunner({ entryPath, env: process.env });
  const { signal } = new AbortController();
  const url = `${stage.realm.url}/realm.json`;
  const etag = (await fetch(url)).headers.get("etag") ?? "";
  const deps = { client: createRealmClient(), clock: systemClock };
  const whole = await takeTurns(
    {
      sync: { run: home.sync },
      emptyChild: { run: () => runChild({ ...job, realms: [] }, () => {}, signal) },
    },
    { rounds: stage.effort.noChanges },
  );
  const inside = await takeTurns(
    {
      job: { run: () => performJob(job, () => {}, deps) },
      request: { run: async () => (await fetch(url, { headers: { "if-none-match": etag } })).arrayBuffer() },
    },
    { rounds: stage.effort.noChanges },
  );
  const emptyChild = toFigure(whole.emptyChild);
  return {
    emptyChild,
    rows: [
      {
        part: "sync",
        name: syncRows.noChange,
        unit: "ms",
        ours: toFigure(whole.sync),
        peers: { "empty child": emptyChild },
      },
      {
        part: "sync",
        name: syncRows.noChangeInside,
        unit: "ms",
        ours: toFigure(inside.job),
        peers: { "the request": toFigure(inside.request) },
      },
    ],
  };
}
