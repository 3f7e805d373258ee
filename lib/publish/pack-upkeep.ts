import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { PackedRealm } from "../model/wire.ts";
import type { RealmRows } from "./published-row.ts";
import { packPath } from "./realm-paths.ts";

/** Caches that lag still hand out the pointer that names an old pack. */
export const RETIRED_PACK_MS = 30 * 24 * 3_600_000;
export const RETIRED_PACK_PUBLISHES = 3;

/** What becomes of the packs that the new pointer does not name. */
export interface PackUpkeep {
  /** No longer named from now on. Their file time is set to the publish, which is how their age is known. */
  retire: string[];
  /** Not named for long enough. */
  remove: string[];
}

/**
 * Decides over the packs of a realm's folder. Without anything but the files to go by: a pack's file time is when
 * it was named last, and the rows tell how many publishes there were since. Where file times were lost, as in a
 * fresh checkout, packs stay longer and never shorter.
 *
 * @param rows as they are published now
 * @param now time of this publish, milliseconds since 1970
 */
export async function planPackUpkeep(
  folder: string,
  pointers: { previous: PackedRealm | undefined; next: PackedRealm },
  rows: RealmRows,
  now: number,
): Promise<PackUpkeep> {
  const named = namedPacks(pointers.next);
  const before = pointers.previous === undefined ? new Set<string>() : namedPacks(pointers.previous);
  const upkeep: PackUpkeep = { retire: [], remove: [] };
  for (const path of await listPacks(folder)) {
    if (named.has(path)) continue;
    if (before.has(path)) {
      upkeep.retire.push(path);
      continue;
    }
    const retiredAt = (await stat(join(folder, path))).mtimeMs;
    const isOld = now - retiredAt >= RETIRED_PACK_MS;
    if (isOld && publishesSince(rows, retiredAt) >= RETIRED_PACK_PUBLISHES) upkeep.remove.push(path);
  }
  return upkeep;
}

/** At the least: a publish whose rows have all changed since cannot be seen any more. */
function publishesSince(rows: RealmRows, time: number): number {
  const seqs = new Set<number>();
  for (const { row } of rows.values()) {
    if (row.lastModified > time) seqs.add(row.seq);
  }
  return seqs.size;
}

function namedPacks({ base, deltas }: PackedRealm): Set<string> {
  return new Set([...base, ...deltas].map(({ sha256 }) => packPath(sha256)));
}

async function listPacks(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, "packs")).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .filter((name) => /^[0-9a-f]{64}\.ndjson\.gz$/.test(name))
    .sort()
    .map((name) => `packs/${name}`);
}
