import type { Bus } from "../bus.ts";
import { messageOf, RealmError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Realm } from "../model/realm.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import type { RealmTrust } from "../trust/trust-level.ts";
import type { RealmOutcome, RealmProgress, RunSyncJob, SyncLimits } from "./job.ts";
import { toFailed } from "./outcome.ts";
import { readRecords } from "./records.ts";
import { toRunnable } from "./runnable.ts";

export interface SyncRunDeps {
  registry: RealmsRegistry;
  bus: Pick<Bus, "emit">;
  log: Log;
  runJob: RunSyncJob;
  /** The API key of a realm, from its environment variable or the registry. */
  credentials: (realm: Realm) => string | undefined;
  indexPath: string;
  recordsPath: string;
  limits: SyncLimits;
  /** Told how far each realm is while it is synced. Default: nobody is. */
  onProgress?: (progress: RealmProgress) => void;
}

/**
 * Syncs these realms in one child and tells registry and bus about each as it is done. A realm without an
 * outcome at the end failed with the run; one that was disabled or removed meanwhile is left out of everything.
 * Never rejects.
 *
 * @param now the one time of this run: what it reads is at least as new
 * @param onSettled called for each realm once everybody was told
 * @returns the outcomes, none for realms that an abort cut off
 */
export async function runSync(
  deps: SyncRunDeps,
  realmIds: readonly string[],
  now: number,
  signal: AbortSignal,
  onSettled: (realmId: string) => void,
): Promise<RealmOutcome[]> {
  const told: Array<Promise<RealmOutcome | undefined>> = [];
  const open = new Set<string>();
  const settle = (outcome: RealmOutcome): void => {
    // A child may only speak about what it was asked, and once.
    if (!open.delete(outcome.realmId)) return;
    told.push(tell(deps, outcome, now, signal).finally(() => onSettled(outcome.realmId)));
  };
  try {
    const { runnable, refused, trust, resetRealmIds, knownRealmIds } = await prepare(deps, realmIds, signal);
    for (const id of [...runnable.map((realm) => realm.id), ...refused.map(({ realmId }) => realmId)])
      open.add(id);
    refused.forEach(settle);
    if (runnable.length > 0) {
      const { indexPath, recordsPath, limits } = deps;
      await deps.runJob(
        { indexPath, recordsPath, realms: runnable, knownRealmIds, trust, resetRealmIds, limits },
        settle,
        signal,
        deps.onProgress,
      );
    }
    const silent = new RealmError("sync_failed", "The sync ended without a result for this realm.");
    for (const realmId of [...open]) settle(toFailed(realmId, silent));
  } catch (error) {
    if (!signal.aborted) {
      deps.log.error(`the sync broke: ${messageOf(error)}`);
      for (const realmId of [...open]) settle(toFailed(realmId, error));
    }
  }
  return (await Promise.all(told)).filter((outcome) => outcome !== undefined);
}

interface Prepared {
  /** Realms to sync, with their API keys. */
  runnable: Realm[];
  /** Realms that lack a key or a usable address: no request is made. */
  refused: RealmOutcome[];
  /** What is remembered of the runnable realms' signatures. */
  trust: Record<string, RealmTrust>;
  /** Runnable realms that a person reset and that did not answer since. */
  resetRealmIds: string[];
  knownRealmIds: string[];
}

async function prepare(
  deps: SyncRunDeps,
  realmIds: readonly string[],
  signal: AbortSignal,
): Promise<Prepared> {
  const registered = await retryBusy(() => readRecords(() => deps.registry.getRealms()), { signal });
  const knownRealmIds = registered.map(({ id }) => id);
  const prepared: Prepared = { runnable: [], refused: [], trust: {}, resetRealmIds: [], knownRealmIds };
  for (const realm of registered) {
    if (!realm.enabled || !realmIds.includes(realm.id)) continue;
    try {
      const { trust, resets } = await retryBusy(() => readTrust(deps.registry, realm.id), { signal });
      if (trust !== undefined) prepared.trust[realm.id] = trust;
      else if (resets.length > 0) prepared.resetRealmIds.push(realm.id);
      prepared.runnable.push(toRunnable(realm, realm.type === "local" ? undefined : deps.credentials(realm)));
    } catch (error) {
      prepared.refused.push(toFailed(realm.id, error));
    }
  }
  return prepared;
}

function readTrust(registry: RealmsRegistry, realmId: string) {
  return readRecords(() => ({
    trust: registry.findRealmTrust(realmId),
    resets: registry.getTrustResets(realmId),
  }));
}

/** Writes the outcome down and emits it. Undefined when the realm is no longer to be spoken of. */
async function tell(
  deps: SyncRunDeps,
  outcome: RealmOutcome,
  now: number,
  signal: AbortSignal,
): Promise<RealmOutcome | undefined> {
  const { registry, log } = deps;
  const { realmId } = outcome;
  try {
    const realm = await retryBusy(() => registry.findRealm(realmId), { signal });
    if (realm?.enabled !== true) return undefined;
    await retryBusy(() => record(registry, outcome, now), { signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    // The index is as the outcome says; only the date of the last sync is not, so it will be tried again sooner.
    log.error(`the sync of ${realmId} could not be recorded: ${messageOf(error)}`);
  }
  announce(deps, outcome);
  return outcome;
}

function record(registry: RealmsRegistry, outcome: RealmOutcome, now: number): void {
  if (outcome.kind === "synced") {
    // First: a floor that is not kept must not look like a sync that succeeded.
    if (outcome.trust !== undefined) registry.recordRealmTrust(outcome.realmId, outcome.trust);
    registry.recordSyncSuccess(outcome.realmId, now);
  } else registry.recordSyncFailure(outcome.realmId, now, outcome.code, outcome.message);
}

function announce({ bus, log }: SyncRunDeps, outcome: RealmOutcome): void {
  const { realmId } = outcome;
  if (outcome.kind === "failed") {
    log.warn(`${realmId} was not synced (${outcome.code}): ${outcome.message}`);
    bus.emit("realm.sync_failed", { realmId, code: outcome.code });
    return;
  }
  const { added, updated, withdrawn, unchanged, leftOut = 0 } = outcome;
  if (leftOut > 0) {
    log.warn(
      `${realmId}: ${leftOut} of the host's katas have a name, version or shape that cannot be listed`,
    );
  }
  bus.emit("realm.synced", { realmId, added, updated, withdrawn, unchanged });
}
