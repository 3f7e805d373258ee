import { RegistryError } from "../errors.ts";
import type { RealmKataMetadata } from "../model/kata.ts";
import type { IndexRegistry } from "../registry/open-index-writer.ts";
import type { HostKata, IndexChanges } from "../registry/registry.ts";
import { describeStored } from "../trust/stored-kata.ts";
import type { RealmOutcome } from "./job.ts";
import { toFailed, toSynced } from "./outcome.ts";
import { readRecords } from "./records.ts";

export interface LocalRealmDeps {
  registry: IndexRegistry;
  /** The host's own table, empty when it has none. */
  readHostKatas: () => HostKata[];
  checkpoint: () => void;
}

/**
 * Fills a local realm with the katas that the host has registered. Unlike a remote realm it mirrors a table that
 * is the truth, so that rows may vanish and change. Never rejects.
 */
export function syncLocalRealm(deps: LocalRealmDeps, realmId: string): RealmOutcome {
  const { registry } = deps;
  try {
    const { katas, leftOut } = describeHostKatas(readRecords(deps.readHostKatas));
    const changes = mirror(registry, realmId, katas);
    deps.checkpoint();
    return { ...toSynced(realmId, changes), leftOut };
  } catch (error) {
    return toFailed(realmId, error);
  }
}

function mirror(registry: IndexRegistry, realmId: string, katas: RealmKataMetadata[]): IndexChanges {
  const options = { allowRemoval: true };
  try {
    return registry.replaceIndex(realmId, katas, options);
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== "hash_conflict") throw error;
    // The index holds on to a version's hash. The host replaced a kata in its own table, and that table counts.
    registry.replaceIndex(realmId, [], options);
    return registry.replaceIndex(realmId, katas, options);
  }
}

/**
 * The metadata of those host katas that a realm can list. The host takes any name and version; the ones outside
 * our rules are counted in `leftOut`, since nothing could install or search them safely.
 */
export function describeHostKatas(rows: readonly HostKata[]): {
  katas: RealmKataMetadata[];
  leftOut: number;
} {
  const katas = rows.flatMap((row) => describeStored(row) ?? []);
  return { katas, leftOut: rows.length - katas.length };
}
