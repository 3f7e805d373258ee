import { RealmError } from "../errors.ts";
import type { IndexedState } from "../registry/pack-index.ts";

/**
 * What a pointer to packs means for an index. `same`: the index is in the state that it names. `newer`: packs are
 * to be applied. `equivocation`: it gives the index's own publish number to another state.
 *
 * A number that jumps ahead is fine: nobody has to be asked every day.
 *
 * @throws RealmError `rolled_back` for a lower number than the index has reached
 */
export function judgePointer(
  pointer: { seq: number; state: string },
  indexed: IndexedState | undefined,
): "same" | "newer" | "equivocation" {
  assertNotOlder(pointer.seq, indexed);
  // Without a state the rows came in one file, which may have had this number.
  if (indexed?.state === undefined || pointer.seq > indexed.seq) return "newer";
  return pointer.state === indexed.state ? "same" : "equivocation";
}

/**
 * Holds a pointer with its rows in itself to the number that was reached. One that names none is accepted until
 * the realm has had packs: from then on it could be any old document.
 *
 * @throws RealmError `rolled_back`
 */
export function assertNotOlder(seq: number | undefined, indexed: IndexedState | undefined): void {
  if (indexed === undefined || (seq === undefined && indexed.state === undefined)) return;
  if (seq !== undefined && seq >= indexed.seq) return;
  const found = seq === undefined ? "names no publish number" : `is at publish ${seq}`;
  throw new RealmError(
    "rolled_back",
    `The realm's pointer ${found}, and ${indexed.seq} was reached before. A lagging copy passes by itself; a realm that was rebuilt from a backup has to be met anew: realms realm reset <realm>.`,
  );
}
