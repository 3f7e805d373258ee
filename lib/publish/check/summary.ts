import { byVersionDescending, type RealmKataMetadata, statusOf } from "../../model/kata.ts";
import { rowKey } from "../published-row.ts";
import type { CheckedPointer } from "./check-pointer.ts";
import type { CheckedSignatures } from "./check-signatures.ts";

/** What a reader would want to know of a realm. Times are milliseconds since 1970, sizes bytes. */
export interface RealmSummary {
  realm: string;
  name?: string | undefined;
  notice?: string | undefined;
  form: "packed" | "one-file";
  seq?: number | undefined;
  issuedAt?: number | undefined;
  signatures: CheckedSignatures;
  katas: number;
  versions: number;
  active: number;
  deprecated: number;
  withdrawn: number;
  /** The last published versions, newest first. */
  newest: Array<{ kata: string; releaseDate?: number | undefined }>;
  /** What was deprecated or withdrawn, with its reason. */
  ended: Array<{ kata: string; status: "deprecated" | "withdrawn"; reason?: string | undefined }>;
  /** How many versions each Ronin's compiler made. */
  compiledWith: Record<string, number>;
  bytes: { pointer: number; base: number; rawBase: number; deltas: number[]; sources: number };
}

const MAX_NEWEST = 5;

export function summarize(
  checked: CheckedPointer,
  rows: readonly RealmKataMetadata[],
  signatures: CheckedSignatures,
  sourceBytes: number,
): RealmSummary {
  const count = (status: string) => rows.filter((row) => statusOf(row) === status).length;
  const packs = checked.rows.kind === "packed" ? checked.rows.pointer : { base: [], deltas: [] };
  return {
    realm: checked.realm,
    name: checked.name,
    notice: checked.notice,
    form: checked.rows.kind,
    seq: checked.seq,
    issuedAt: checked.issuedAt,
    signatures,
    katas: new Set(rows.map(({ name }) => name)).size,
    versions: rows.length,
    active: count("active"),
    deprecated: count("deprecated"),
    withdrawn: count("withdrawn"),
    newest: [...rows]
      .sort(byNewest)
      .slice(0, MAX_NEWEST)
      .map((row) => ({ kata: rowKey(row), releaseDate: row.releaseDate })),
    ended: rows.flatMap(toEnded),
    compiledWith: countBy(rows.map(({ compiledWith }) => compiledWith ?? "unknown")),
    bytes: {
      pointer: checked.bytes.byteLength,
      base: sum(packs.base.map(({ bytes }) => bytes)),
      rawBase: sum(packs.base.map(({ rawBytes }) => rawBytes)),
      deltas: packs.deltas.map(({ bytes }) => bytes),
      sources: sourceBytes,
    },
  };
}

function byNewest(a: RealmKataMetadata, b: RealmKataMetadata): number {
  const byDate = (b.releaseDate ?? 0) - (a.releaseDate ?? 0);
  if (byDate !== 0) return byDate;
  return a.name === b.name ? byVersionDescending(a, b) : a.name < b.name ? -1 : 1;
}

function toEnded(row: RealmKataMetadata): RealmSummary["ended"] {
  const status = statusOf(row);
  return status === "active" ? [] : [{ kata: rowKey(row), status, reason: row.reason }];
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
