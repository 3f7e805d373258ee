import { RealmError } from "../errors.ts";
import type { Realm } from "../model/realm.ts";
import type { RealmOutcome, SyncLimits } from "./job.ts";
import { toFailed } from "./outcome.ts";

export interface SyncAllDeps {
  /** Syncs one realm; should stop when the signal is aborted, but is not waited for. */
  syncOne: (realm: Realm, signal: AbortSignal) => Promise<RealmOutcome> | RealmOutcome;
  limits: SyncLimits;
  onOutcome: (outcome: RealmOutcome) => void;
}

/**
 * Syncs all `realms`, a few at a time, and reports each as soon as it is done. A realm that fails or hangs
 * costs the others nothing but its own place among the parallel ones, and that for `realmTimeoutMs` at most.
 */
export async function syncAll(deps: SyncAllDeps, realms: readonly Realm[]): Promise<void> {
  const waiting = realms.values();
  const worker = async (): Promise<void> => {
    // The workers share one iterator: each takes the next realm that nobody has taken.
    for (const realm of waiting) deps.onOutcome(await syncWithin(deps, realm));
  };
  await Promise.all(Array.from({ length: deps.limits.maxParallel }, worker));
}

async function syncWithin({ syncOne, limits }: SyncAllDeps, realm: Realm): Promise<RealmOutcome> {
  const cutoff = new AbortController();
  const limitMs = limits.realmTimeoutMs;
  const expired = Promise.withResolvers<RealmOutcome>();
  const timer = setTimeout(() => {
    const error = new RealmError("timeout", `${realm.id} was not synced within ${limitMs / 1000} s.`);
    cutoff.abort(error);
    expired.resolve(toFailed(realm.id, error));
  }, limitMs);
  try {
    return await Promise.race([syncOne(realm, cutoff.signal), expired.promise]);
  } catch (error) {
    return toFailed(realm.id, error);
  } finally {
    clearTimeout(timer);
  }
}
