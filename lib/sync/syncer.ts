import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { Realm } from "../model/realm.ts";
import { isResting, isStale } from "../model/schedule.ts";
import { holdLease } from "../registry/hold-lease.ts";
import { retryBusy } from "../registry/retry.ts";
import { createGate } from "./gate.ts";
import { defaultSyncLimits, type RealmOutcome, type RealmProgress, type SyncLimits } from "./job.ts";
import { LEASE_TTL_MS, SYNC_LEASE } from "./lease.ts";
import { createQueue } from "./queue.ts";
import { runSync, type SyncRunDeps } from "./run.ts";
import { settledWithin } from "./within.ts";

/** Keeps the realms' indexes up to date, with one child at a time over all processes of the host. */
export interface RealmSyncer {
  /**
   * Syncs these realms; without ids every enabled one, the local realm too. Unknown and disabled ids are left
   * out. Joins a run under way that covers them, else waits for it. Never rejects for a realm's failure.
   *
   * @throws RegistryBusyError when the database stayed locked
   */
  sync(realmIds?: readonly string[]): Promise<SyncReport>;
  /** Settles when no realm is being synced for the first time, or after `waitMs`. */
  waitForFirstSync(waitMs: number): Promise<void>;
  /**
   * Syncs the realms that their cache strategy calls stale, and waits for it at most `waitMs`; the sync itself
   * goes on. Never rejects: a search is answered from what is there.
   */
  refreshStale(waitMs: number): Promise<void>;
  /** Calls `listener` after every run that this process finished. Returns the way to stop that. */
  onSynced(listener: () => void): () => void;
  /** Calls `listener` with how far each realm is while this process syncs it. Returns the way to stop that. */
  onProgress(listener: (progress: RealmProgress) => void): () => void;
  /** Kills a running child and gives back the lease. Every later `sync` is a `stopped` report. */
  stop(): void;
}

export interface SyncReport {
  /** `held_elsewhere`: another process is syncing, which serves this one too. */
  kind: "finished" | "held_elsewhere" | "stopped";
  outcomes: RealmOutcome[];
}

export interface RealmSyncerDeps extends Omit<SyncRunDeps, "limits" | "onProgress"> {
  clock: Clock;
  /** Names this process in the lease: no two processes have the same one. */
  owner: string;
  limits?: Partial<SyncLimits>;
  /** Milliseconds. Default {@link LEASE_TTL_MS}. */
  leaseTtlMs?: number;
}

/** The longest that a server's `Retry-After` keeps searches from asking its realm. */
const MAX_RETRY_AFTER_MS = 3_600_000;

export function createRealmSyncer(deps: RealmSyncerDeps): RealmSyncer {
  const { registry, log, clock, owner, leaseTtlMs = LEASE_TTL_MS } = deps;
  const watchers = new Set<(progress: RealmProgress) => void>();
  const runDeps: SyncRunDeps = {
    ...deps,
    limits: { ...defaultSyncLimits, ...deps.limits },
    onProgress(progress) {
      for (const watch of watchers) watch(progress);
    },
  };
  const stopping = new AbortController();
  const { signal } = stopping;
  const firstSyncs = createGate();
  const listeners = new Set<() => void>();
  /** Until when a realm's server asked to be left alone, in milliseconds since 1970. */
  const quietUntil = new Map<string, number>();

  const enqueue = createQueue(async (realmIds): Promise<SyncReport> => {
    try {
      const report = await perform(realmIds);
      if (report.kind === "finished") notify();
      return report;
    } catch (error) {
      if (signal.aborted) return { kind: "stopped", outcomes: [] };
      throw error;
    } finally {
      firstSyncs.remove(realmIds);
    }
  });

  const perform = async (realmIds: readonly string[]): Promise<SyncReport> => {
    signal.throwIfAborted();
    const lease = await holdLease({ registry, log, name: SYNC_LEASE, owner, ttlMs: leaseTtlMs, signal });
    if (lease === undefined) return { kind: "held_elsewhere", outcomes: [] };
    try {
      const now = clock.now();
      const onSettled = (realmId: string): void => firstSyncs.remove([realmId]);
      const outcomes = await runSync(runDeps, realmIds, now, lease.signal, onSettled);
      for (const outcome of outcomes) keepQuiet(outcome, now);
      if (signal.aborted) return { kind: "stopped", outcomes };
      return { kind: lease.signal.aborted ? "held_elsewhere" : "finished", outcomes };
    } finally {
      await lease.release();
    }
  };

  const keepQuiet = (outcome: RealmOutcome, now: number): void => {
    const askedMs = outcome.kind === "failed" ? (outcome.retryAfterMs ?? 0) : 0;
    if (askedMs === 0) quietUntil.delete(outcome.realmId);
    else quietUntil.set(outcome.realmId, now + Math.min(askedMs, MAX_RETRY_AFTER_MS));
  };

  const isQuiet = (realmId: string, now: number): boolean => {
    const remainingMs = (quietUntil.get(realmId) ?? now) - now;
    // More than what was set means that the clock was turned back.
    return remainingMs > 0 && remainingMs <= MAX_RETRY_AFTER_MS;
  };

  const notify = (): void => {
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        log.error(`a listener to finished syncs threw: ${messageOf(error)}`);
      }
    }
  };

  const sync = async (realmIds?: readonly string[]): Promise<SyncReport> => {
    if (signal.aborted) return { kind: "stopped", outcomes: [] };
    const enabled = await retryBusy(() => registry.getEnabledRealms());
    const realms = enabled.filter(({ id }) => realmIds?.includes(id) ?? true);
    if (realms.length === 0) return { kind: "finished", outcomes: [] };
    const ids = realms.map(({ id }) => id);
    firstSyncs.add(realms.filter(isNeverSynced).map(({ id }) => id));
    const report = await enqueue(ids);
    return { ...report, outcomes: report.outcomes.filter(({ realmId }) => ids.includes(realmId)) };
  };

  const findStale = (now: number): string[] =>
    registry
      .getEnabledRealms()
      .filter((realm) => isStale(realm, now) && !isQuiet(realm.id, now))
      .map(({ id }) => id)
      .filter((id) => !isResting(registry.getSyncStatus(id), now));

  return {
    sync,
    waitForFirstSync: (waitMs) => settledWithin(firstSyncs.opened(), waitMs),
    async refreshStale(waitMs) {
      try {
        const stale = findStale(clock.now());
        if (stale.length === 0) return;
        const syncing = sync(stale);
        // Heard even when it fails after the wait is over.
        syncing.catch((error) => log.error(`stale realms could not be synced: ${messageOf(error)}`));
        await settledWithin(syncing, waitMs);
      } catch (error) {
        log.warn(`what is stale could not be read: ${messageOf(error)}`);
      }
    },
    onSynced(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onProgress(listener) {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    stop: () => stopping.abort(new Error("the syncer was stopped")),
  };
}

function isNeverSynced(realm: Realm): boolean {
  return realm.lastSyncedAt === undefined;
}
