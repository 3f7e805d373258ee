import type { RealmErrorCode } from "../errors.ts";
import { nextRun, previousRun } from "./cron.ts";
import { DEFAULT_CACHE_STRATEGY, DEFAULT_CACHE_TTL_MS, type Realm } from "./realm.ts";

export { previousRun } from "./cron.ts";

export const DEFAULT_SCHEDULE = "0 6 * * *";
export const MAX_JITTER_MS = 30 * 60_000;
/** A realm that could not be reached is called again after this long, not only at the next scheduled time. */
export const FAILED_RETRY_MS = 3_600_000;
/** A search does not ask a realm again that failed less than this long ago. */
export const FAILED_PAUSE_MS = 60_000;
/** Each failure in a row doubles those two pauses, up to this. */
export const LONGEST_PAUSE_MS = 6 * 3_600_000;

/** What is known about earlier syncs of one realm. Times are milliseconds since 1970. */
export interface SyncHistory {
  lastSyncedAt?: number | undefined;
  /** The last time it was tried, with or without success. */
  lastAttemptAt?: number | undefined;
  /** Why the last try failed; undefined when it did not. */
  failureCode?: string | undefined;
  /** How many tries had failed in a row before the last one. */
  earlierFailures?: number | undefined;
}

/**
 * Whether the scheduled sync is due. The host's cron drifts and misses, so this is worked out from the schedule
 * and the last sync, not from being called. The schedule of one host is the given one moved by `jitterMs`, so
 * that ten thousand hosts do not call a realm in the same minute; a run that was missed waits no longer.
 *
 * @param schedule five cron fields in the host's local time; anything else is a RangeError
 * @param lastSyncedAt milliseconds since 1970, undefined when it never happened. One that lies in the future
 *   was written under a wrong clock and counts as never.
 */
export function isSyncDue(
  schedule: string,
  lastSyncedAt: number | undefined,
  now: number,
  jitterMs: number,
): boolean {
  if (lastSyncedAt === undefined || lastSyncedAt > now) return true;
  return lastSyncedAt < previousRun(schedule, now - jitterMs) + jitterMs;
}

/**
 * Whether this realm should be synced now without anyone asking for it. A failed try counts as one, else every
 * check would call a dead realm; when its failure may pass by itself, it gets another one after
 * {@link FAILED_RETRY_MS}, and then after twice as long each time. That pause puts off the scheduled sync too, but
 * for a first failure, which may have been a moment before it.
 */
export function isRealmDue(schedule: string, history: SyncHistory, now: number, jitterMs: number): boolean {
  const lastTriedAt = lastTryBefore(history, now);
  if (lastTriedAt === undefined) return true;
  const hasRested = now - lastTriedAt >= pauseAfter(history, FAILED_RETRY_MS);
  if (!hasRested && (history.earlierFailures ?? 0) > 0) return false;
  if (isSyncDue(schedule, lastTriedAt, now, jitterMs)) return true;
  return hasRested && isPassing(history.failureCode);
}

/** The first time after `now` at which {@link isSyncDue} can become true for a host that is up to date. */
export function nextSyncAt(schedule: string, now: number, jitterMs: number): number {
  return nextRun(schedule, now - jitterMs) + jitterMs;
}

/** Whether the schedule started a run in this minute: the only moment when many hosts act at once. */
export function isScheduledMinute(schedule: string, now: number): boolean {
  return now - previousRun(schedule, now) < 60_000;
}

/** Whether a search should ask the realm for news first. */
export function isStale(realm: Realm, now: number): boolean {
  const strategy = realm.cacheStrategy ?? DEFAULT_CACHE_STRATEGY;
  if (realm.lastSyncedAt === undefined) return true;
  if (strategy === "eager") return false;
  // Written under a clock that ran ahead: nobody knows how old it is.
  if (realm.lastSyncedAt > now) return true;
  const ttlMs = strategy === "none" ? 0 : (realm.cacheTtl ?? DEFAULT_CACHE_TTL_MS);
  return now - realm.lastSyncedAt >= ttlMs;
}

/** Whether the realm failed so recently, or so often, that a search should not wait for it again. */
export function isResting(history: SyncHistory, now: number): boolean {
  const { failureCode, lastAttemptAt } = history;
  if (failureCode === undefined || lastAttemptAt === undefined) return false;
  return lastAttemptAt <= now && now - lastAttemptAt < pauseAfter(history, FAILED_PAUSE_MS);
}

/** `firstMs` after one failure, twice as long after each further one. */
function pauseAfter({ earlierFailures = 0 }: SyncHistory, firstMs: number): number {
  return Math.min(firstMs * 2 ** earlierFailures, LONGEST_PAUSE_MS);
}

/** A fixed share of {@link MAX_JITTER_MS} for one seed in [0, 1). */
export function jitterOf(seed: number): number {
  return Math.floor(seed * MAX_JITTER_MS);
}

function lastTryBefore(history: SyncHistory, now: number): number | undefined {
  const times = [history.lastSyncedAt, history.lastAttemptAt].filter(
    (time): time is number => time !== undefined && time <= now,
  );
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * Failures of the way to the realm, and of caches that lag behind. What a realm sent and we refused would only be
 * downloaded again.
 */
const passingFailures: readonly string[] = [
  "network",
  "timeout",
  "too_slow",
  "http_status",
  "pack_missing",
  "pack_corrupt",
  "registry_busy",
  "index_damaged",
  "records_damaged",
  "sync_failed",
] satisfies RealmErrorCode[];

function isPassing(code: string | undefined): boolean {
  return code !== undefined && passingFailures.includes(code);
}
