import type { PackedRealm, PackRef } from "../model/wire.ts";
import type { IndexedState } from "../registry/pack-index.ts";

/** What to download, in the order in which it is applied. */
export interface PackChoice {
  kind: "base" | "delta";
  packs: readonly PackRef[];
  /** Every row of the packs was published after this one. -1 for a base, which holds the first publish too. */
  from: number;
}

/**
 * The delta that begins closest before what the index holds, or the base where there is none, where it is smaller,
 * and for an index whose rows came in no pack.
 */
export function choosePacks(pointer: PackedRealm, indexed: IndexedState | undefined): PackChoice {
  const base = toBase(pointer);
  if (indexed?.state === undefined) return base;
  const [delta] = pointer.deltas.filter(({ from }) => from <= indexed.seq).sort((a, b) => b.from - a.from);
  if (delta === undefined || bytesOf(base.packs) < delta.bytes) return base;
  return { kind: "delta", packs: [delta], from: delta.from };
}

export function toBase({ base }: PackedRealm): PackChoice {
  return { kind: "base", packs: base, from: -1 };
}

function bytesOf(packs: readonly PackRef[]): number {
  return packs.reduce((sum, { bytes }) => sum + bytes, 0);
}
