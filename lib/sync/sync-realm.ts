import type { Realm } from "../model/realm.ts";
import type { RealmClient } from "../realm-client/client.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import type { RealmOutcome } from "./job.ts";
import { toFailed, toSynced } from "./outcome.ts";

export interface SyncRealmDeps {
  registry: RealmsRegistry;
  client: Pick<RealmClient, "fetchIndex">;
  /** Called after a realm's rows were committed. */
  checkpoint: () => void;
}

/**
 * Brings one remote realm's index up to date: fetch, then one transaction. Never rejects: a refused or broken
 * realm keeps its old index and is a `failed` outcome.
 *
 * @param signal once aborted, nothing is written any more
 */
export async function syncRealm(
  { registry, client, checkpoint }: SyncRealmDeps,
  realm: Realm,
  signal: AbortSignal,
): Promise<RealmOutcome> {
  try {
    const fetched = await client.fetchIndex(toAddress(realm), registry.getRealmValidator(realm.id), signal);
    signal.throwIfAborted();
    if (fetched.kind === "unchanged") {
      const unchanged = registry.countVersions(realm.id);
      return toSynced(realm.id, { added: 0, updated: 0, withdrawn: 0, unchanged });
    }
    const changes = registry.replaceIndex(realm.id, fetched.katas);
    // Only after the rows: killed in between, the next sync fetches the same document again and finds it known.
    registry.setRealmValidator(realm.id, fetched.validator);
    checkpoint();
    return toSynced(realm.id, changes);
  } catch (error) {
    return toFailed(realm.id, signal.aborted ? signal.reason : error);
  }
}

function toAddress({ id, url, apiKey, root }: Realm) {
  return { id, url: url ?? "", apiKey, root };
}
