import { versionNumber } from "../model/kata.ts";
import { byPackOrder, toPackLine } from "../model/pack-row.ts";
import type { PackRow } from "../model/wire.ts";
import { bucketDigest, bucketOf, rowDigest, stateOf } from "../trust/state.ts";

/**
 * A row with the line that its digest is over. The line of an unchanged row is passed on as it was read, never
 * written anew.
 */
export interface PublishedRow {
  row: PackRow;
  line: string;
}

/** A realm's rows by {@link rowKey}. */
export type RealmRows = ReadonlyMap<string, PublishedRow>;

export function toPublishedRow(row: PackRow): PublishedRow {
  return { row, line: toPackLine(row) };
}

/** `finance.audit@v2`: what is unique in a realm. */
export function rowKey({ name, version }: Pick<PackRow, "name" | "version">): string {
  return `${name}@${version}`;
}

/** Rows in publishing order. */
export function sortRows(rows: RealmRows): PublishedRow[] {
  return [...rows.values()].sort((a, b) => byPackOrder(a.row, b.row));
}

/** The state that a client computes from the same rows. */
export function stateOfRows(rows: Iterable<PublishedRow>): string {
  const digests = new Map<number, Uint8Array[]>();
  for (const { row, line } of rows) {
    const bucket = bucketOf(row.name, row.version);
    const others = digests.get(bucket);
    if (others === undefined) digests.set(bucket, [rowDigest(line)]);
    else others.push(rowDigest(line));
  }
  return stateOf(new Map([...digests].map(([bucket, rows]) => [bucket, bucketDigest(rows)])));
}

/** The version after the highest published one of this name. */
export function nextVersion(rows: Iterable<PublishedRow>, name: string): string {
  let highest = 0;
  for (const { row } of rows) {
    if (row.name === name) highest = Math.max(highest, versionNumber(row.version));
  }
  return `v${highest + 1}`;
}
