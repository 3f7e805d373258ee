import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { isSchedule, previousRun } from "../model/cron.ts";
import { DEFAULT_SCHEDULE, isRealmDue, isScheduledMinute, nextSyncAt } from "../model/schedule.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import type { RealmSyncer, SyncReport } from "./syncer.ts";

/** Starts the scheduled syncs by itself: the host's cron drifts, misses and starts ten thousand hosts at once. */
export interface SyncSchedule {
  /** Checks soon after the host's start and from then on every few minutes. A second call does nothing. */
  start(): void;
  /**
   * What the agent's `execute()` does. In the schedule's own minute it only sees to it that the sync comes after
   * this host's jitter; called by anyone at another time it syncs every enabled realm now.
   */
  runNow(now?: number): Promise<SyncReport | ScheduledSync>;
  /** No check starts after it. A sync under way goes on. */
  stop(): void;
}

export interface ScheduledSync {
  kind: "scheduled";
  /** Milliseconds since 1970. */
  at: number;
  outcomes: [];
}

export interface SyncScheduleDeps {
  syncer: Pick<RealmSyncer, "sync">;
  registry: RealmsRegistry;
  clock: Clock;
  log: Log;
  /** Five cron fields, read anew at each check: the host's tools rewrite an agent's schedule. */
  schedule: () => string;
  /** Milliseconds after the scheduled time, see `jitterMsOf`. */
  jitterMs: number;
  /** Calls back once after `ms` and returns the way to cancel. Default: a timer that keeps no process alive. */
  setTimer?: (callback: () => void, ms: number) => () => void;
}

export const FIRST_CHECK_MS = 5_000;
export const CHECK_INTERVAL_MS = 5 * 60_000;
/** A schedule of every minute must not become a loop without a pause. */
const MIN_PAUSE_MS = 1_000;

export function createSyncSchedule(deps: SyncScheduleDeps): SyncSchedule {
  const { syncer, clock, log, jitterMs, setTimer = setUnrefTimer } = deps;
  const readSchedule = createScheduleReader(deps);
  let isStarted = false;
  let isStopped = false;
  let cancel = (): void => undefined;

  const arm = (ms: number): void => {
    cancel();
    if (isStopped) return;
    cancel = setTimer(() => void check(), ms);
  };

  /** At the next scheduled time, but in a few minutes at the latest: the machine may sleep, the clock may jump. */
  const armNext = (now: number): void => {
    const untilRunMs = nextSyncAt(readSchedule(now), now, jitterMs) - now;
    arm(Math.max(MIN_PAUSE_MS, Math.min(CHECK_INTERVAL_MS, untilRunMs)));
  };

  const check = async (): Promise<void> => {
    try {
      const now = clock.now();
      const due = findDue(deps, readSchedule(now), now);
      if (due.length > 0) await syncer.sync(due);
    } catch (error) {
      log.warn(`the scheduled sync will be tried again: ${messageOf(error)}`);
    }
    armNext(clock.now());
  };

  return {
    start() {
      if (isStarted) return;
      isStarted = true;
      arm(FIRST_CHECK_MS);
    },
    async runNow(now = clock.now()) {
      const schedule = readSchedule(now);
      const at = previousRun(schedule, now) + jitterMs;
      if (!isScheduledMinute(schedule, now) || at <= now) return await syncer.sync();
      armNext(now);
      return { kind: "scheduled", at, outcomes: [] };
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}

/** Each realm by its own history, so that one new or failing realm does not make the others be called again. */
function findDue({ registry, jitterMs }: SyncScheduleDeps, schedule: string, now: number): string[] {
  return registry
    .getEnabledRealms()
    .map(({ id }) => id)
    .filter((id) => isRealmDue(schedule, registry.getSyncStatus(id), now, jitterMs));
}

/** The schedule as set; one that cannot be read is named once, and the default stands in for it. */
function createScheduleReader({ schedule, log }: SyncScheduleDeps): (now: number) => string {
  let lastSet: string | undefined;
  let usable = DEFAULT_SCHEDULE;
  return (now) => {
    const set = schedule();
    if (set === lastSet) return usable;
    lastSet = set;
    usable = isSchedule(set, now) ? set : DEFAULT_SCHEDULE;
    if (usable !== set) {
      log.warn(`the schedule "${set}" is not five cron fields that name a time; using "${DEFAULT_SCHEDULE}"`);
    }
    return usable;
  };
}

function setUnrefTimer(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
