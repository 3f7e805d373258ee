import { packLimits } from "../model/pack-limits.ts";
import { type PackedRealm, wireLimits } from "../model/wire.ts";
import { encodePack, type Pack, type PackLimits, toBasePacks } from "./pack.ts";
import { refusal } from "./publish-error.ts";
import { type PublishedRow, type RealmRows, sortRows, stateOfRows } from "./published-row.ts";
import { POINTER_PATH } from "./realm-paths.ts";

/** What the pointer says beside its rows. */
export interface RealmHead {
  realm: string;
  name?: string | undefined;
  notice?: string | undefined;
  /** SHA-256 of the first signing root, of a signed realm. */
  root?: string | undefined;
}

/** A publish as values: the pointer and every pack that it names. */
export interface Publication {
  pointer: PackedRealm;
  pointerBytes: Uint8Array;
  packs: Pack[];
}

export type RealmLimits = PackLimits & { maxRows: number; maxBasePacks: number; maxPointerBytes: number };

/** What a client accepts. */
const realmLimits: RealmLimits = {
  ...packLimits,
  maxRows: wireLimits.maxRows,
  maxBasePacks: 64,
  maxPointerBytes: wireLimits.maxPointerBytes,
};

/** A client that was away for longer takes the base. */
const DELTA_DISTANCES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/**
 * The publish number `seq` of these rows. The same values give the same bytes.
 *
 * @param now milliseconds since 1970
 * @throws PublishError `realm_too_large`
 */
export function toPublication(
  head: RealmHead,
  rows: RealmRows,
  seq: number,
  now: number,
  limits: RealmLimits = realmLimits,
): Publication {
  const sorted = sortRows(rows);
  const base = toBasePacks(
    sorted.map(({ line }) => line),
    limits,
  );
  const deltas = toDeltas(sorted, seq, limits);
  const pointer: PackedRealm = {
    format: 1,
    realm: head.realm,
    ...(head.name === undefined ? {} : { name: head.name }),
    seq,
    issued: new Date(now).toISOString(),
    rows: sorted.length,
    state: stateOfRows(sorted),
    ...(head.root === undefined ? {} : { root: head.root }),
    base: base.map(({ sha256, bytes, rawBytes, rows }) => ({ sha256, bytes, rawBytes, rows })),
    deltas: deltas.map(({ from, pack: { sha256, bytes, rawBytes } }) => ({ from, sha256, bytes, rawBytes })),
    ...(head.notice === undefined ? {} : { notice: head.notice }),
  };
  const pointerBytes = new TextEncoder().encode(`${JSON.stringify(pointer, null, 2)}\n`);
  refuseTooLarge(sorted.length, base, pointerBytes, limits);
  return { pointer, pointerBytes, packs: [...base, ...deltas.map(({ pack }) => pack)] };
}

/**
 * Nearest first. One that no pack can hold ends the list, since those from further back hold even more; its
 * clients take the base.
 */
function toDeltas(
  sorted: readonly PublishedRow[],
  seq: number,
  limits: PackLimits,
): Array<{ from: number; pack: Pack }> {
  const deltas: Array<{ from: number; pack: Pack }> = [];
  for (const distance of DELTA_DISTANCES) {
    const from = seq - distance;
    const rows = sorted.filter(({ row }) => row.seq > from);
    if (from < 1 || rows.length > limits.maxPackRows) break;
    const pack = encodePack(rows.map(({ line }) => line));
    if (pack.bytes > limits.maxPackBytes || pack.rawBytes > limits.maxPackRawBytes) break;
    deltas.push({ from, pack });
  }
  return deltas;
}

function refuseTooLarge(
  rows: number,
  base: readonly Pack[],
  pointerBytes: Uint8Array,
  limits: RealmLimits,
): void {
  const bytes = base.reduce((sum, pack) => sum + pack.bytes, 0);
  const rawBytes = base.reduce((sum, pack) => sum + pack.rawBytes, 0);
  const counts = [
    { what: "rows", found: rows, most: limits.maxRows },
    { what: "packs", found: base.length, most: limits.maxBasePacks },
    { what: "bytes of packs", found: bytes, most: limits.maxBaseBytes },
    { what: "bytes of inflated packs", found: rawBytes, most: limits.maxBaseRawBytes },
    { what: "bytes of realm.json", found: pointerBytes.byteLength, most: limits.maxPointerBytes },
  ];
  for (const { what, found, most } of counts) {
    if (found <= most) continue;
    const expected = `at most ${most}, the most that a client accepts`;
    throw refusal({ code: "realm_too_large", file: POINTER_PATH, found: `${found} ${what}`, expected });
  }
}
