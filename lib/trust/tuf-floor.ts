import { RealmError } from "../errors.ts";
import type { SignedState } from "./signed-state.ts";

/**
 * Refuses a state below what was accepted before. The library compares with its own cache, which can be lost or
 * replaced by an older copy; `known` comes from the registry.
 *
 * Each floor counts as long as the keys that vouched for it are in use: once they were replaced, a version that
 * their thief had raised must not lock the realm out (TUF 5.3.11, recovery from fast-forward). The root's own
 * floor and the publish number have no such way out.
 *
 * @throws RealmError `metadata_rolled_back`
 */
export function assertNotRolledBack(seen: SignedState, known: SignedState | undefined, host: string): void {
  if (known === undefined) return;
  const floor = floorFor(seen, known);
  for (const file of ["root", "timestamp", "snapshot", "targets"] as const) {
    const [found, lowest] = [seen.versions[file], floor[file]];
    if (found < lowest) throw rolledBack(`version ${found} of ${file}.json`, `version ${lowest}`, host);
  }
  if (seen.seq < known.seq) throw rolledBack(`publish number ${seen.seq}`, String(known.seq), host);
}

/** The state to remember: what was seen, and no version lower than it was. */
export function raiseFloor(known: SignedState, seen: SignedState): SignedState {
  const floor = floorFor(seen, known);
  return {
    ...seen,
    versions: {
      root: Math.max(seen.versions.root, floor.root),
      timestamp: Math.max(seen.versions.timestamp, floor.timestamp),
      snapshot: Math.max(seen.versions.snapshot, floor.snapshot),
      targets: Math.max(seen.versions.targets, floor.targets),
    },
    seq: Math.max(seen.seq, known.seq),
  };
}

/** The lowest acceptable versions. Another first root, which a person must have named, is another history. */
function floorFor(seen: SignedState, known: SignedState): SignedState["versions"] {
  if (seen.root !== known.root) return { root: 1, timestamp: 1, snapshot: 1, targets: 1 };
  const sameTimestampKeys = seen.keys.timestamp === known.keys.timestamp;
  const sameSnapshotKeys = seen.keys.snapshot === known.keys.snapshot;
  return {
    root: known.versions.root,
    // The timestamp vouches for its own version and the snapshot's, the snapshot for that of the targets.
    timestamp: sameTimestampKeys ? known.versions.timestamp : 1,
    snapshot: sameTimestampKeys ? known.versions.snapshot : 1,
    targets: sameSnapshotKeys ? known.versions.targets : 1,
  };
}

function rolledBack(found: string, before: string, host: string): RealmError {
  return new RealmError(
    "metadata_rolled_back",
    `${host} shows ${found}, and ${before} was accepted before. It serves an older state, or was rebuilt from a backup: then a person has to reset the realm.`,
  );
}
