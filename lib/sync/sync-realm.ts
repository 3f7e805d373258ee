import type { Realm } from "../model/realm.ts";
import type { OneFilePointer, RealmClient, Validator } from "../realm-client/client.ts";
import type { IndexRegistry } from "../registry/open-index-writer.ts";
import type { IndexChanges } from "../registry/registry.ts";
import type { RealmOutcome } from "./job.ts";
import { assertNotOlder } from "./judge-pointer.ts";
import { toFailed, toSynced } from "./outcome.ts";
import { type SyncPacksDeps, syncPacks } from "./sync-packs.ts";

export interface SyncRealmDeps extends SyncPacksDeps {
  registry: IndexRegistry;
  client: Pick<RealmClient, "fetchPointer" | "fetchPack">;
  /** Whether a person wants the realm to be met anew: nothing that is indexed of it is held against it. */
  isReset?: (realmId: string) => boolean;
}

/**
 * Brings one remote realm's index up to date: fetch, then one transaction. Never rejects: a refused or broken
 * realm keeps its old index and is a `failed` outcome.
 *
 * @param signal once aborted, nothing is written any more
 */
export async function syncRealm(
  deps: SyncRealmDeps,
  realm: Realm,
  signal: AbortSignal,
): Promise<RealmOutcome> {
  try {
    return toSynced(realm.id, await update(deps, realm, signal));
  } catch (error) {
    return toFailed(realm.id, signal.aborted ? signal.reason : error);
  }
}

async function update(deps: SyncRealmDeps, realm: Realm, signal: AbortSignal): Promise<IndexChanges> {
  const { registry, packs, client } = deps;
  const isReset = deps.isReset?.(realm.id) === true;
  const indexed = packs.find(realm.id);
  const known = isReset ? {} : { ...registry.getRealmValidator(realm.id), seq: indexed?.seq };
  const fetched = await client.fetchPointer(toAddress(realm), known, signal);
  signal.throwIfAborted();
  if (fetched.kind === "unchanged") {
    const unchanged = indexed?.rows ?? registry.countVersions(realm.id);
    return { added: 0, updated: 0, withdrawn: 0, unchanged };
  }
  if (fetched.kind === "packed") return await syncPacks(deps, realm, { ...fetched, isReset }, signal);
  return replaceRows(deps, realm, fetched, isReset);
}

/** The pointer holds the rows itself. */
function replaceRows(
  { registry, packs, checkpoint }: SyncRealmDeps,
  { id }: Realm,
  { katas, seq, validator }: OneFilePointer & { validator: Validator },
  isReset: boolean,
): IndexChanges {
  if (!isReset) assertNotOlder(seq, packs.find(id));
  const changes = registry.replaceIndex(id, katas, { isAnew: isReset });
  // Only after the rows: killed in between, the next sync fetches the same document again and finds it known.
  packs.forgetPacks(id);
  if (seq !== undefined) packs.noteSeq(id, seq);
  registry.setRealmValidator(id, validator);
  checkpoint();
  return changes;
}

function toAddress({ id, url, mirrors, apiKey, root }: Realm) {
  return { id, url: url ?? "", mirrors, apiKey, root };
}
