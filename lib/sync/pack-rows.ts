import type * as z from "zod";
import { RealmError } from "../errors.ts";
import { byPackOrder } from "../model/pack-row.ts";
import { isPlainPackRow, type PackRow, packRowSchema, wireLimits } from "../model/wire.ts";
import { scanJson } from "../realm-client/json-scan.ts";
import type { DigestedRow } from "../registry/pack-index.ts";
import { rowDigest } from "../trust/state.ts";
import { type RawPack, readPackLines } from "./pack-lines.ts";

/** Publish numbers that the rows of a pack may have. */
export interface SeqRange {
  /** All are above this one. */
  from: number;
  /** None is above this one. */
  to: number;
}

/**
 * The rows of packs that follow each other, read line by line and each by the format's rules: size, depth, schema,
 * publish number, and its place, since rows are sorted and none comes twice.
 *
 * @throws RealmError `too_large`, `not_json`, `invalid_document`, `pack_corrupt`, naming pack and line
 */
export function* readPackRows(packs: readonly RawPack[], range: SeqRange): Generator<DigestedRow> {
  let previous: PackRow | undefined;
  for (const pack of packs) {
    let number = 0;
    for (const line of readPackLines(pack, wireLimits.maxRowBytes)) {
      number += 1;
      const where = `The pack ${pack.name}, line ${number}`;
      const row = parseRow(line, where);
      assertInRange(row, range, where);
      if (previous !== undefined && byPackOrder(previous, row) >= 0) {
        throw invalid(where, "name and version: not after those of the row before; rows are sorted");
      }
      previous = row;
      if (number % ROWS_PER_COLLECTION === 0) Bun.gc(true);
      yield { row, digest: rowDigest(line) };
    }
  }
}

/** A heap is let grow to a multiple of what lives in it; nearly nothing does here, and the machine has a host to run. */
const ROWS_PER_COLLECTION = 5000;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function parseRow(line: Uint8Array, where: string): PackRow {
  scanJson(line, wireLimits, where);
  const value = parseJson(line, where);
  if (isPlainPackRow(value)) return value;
  const parsed = packRowSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw toRowError(parsed.error, where);
}

function parseJson(line: Uint8Array, where: string): unknown {
  try {
    return JSON.parse(decoder.decode(line));
  } catch {
    // The parser's own message repeats a piece of what was sent, so it is not kept as the cause.
    throw new RealmError("not_json", `${where}: not a row of JSON.`);
  }
}

function assertInRange({ seq }: PackRow, { from, to }: SeqRange, where: string): void {
  if (seq > from && seq <= to) return;
  throw invalid(where, `seq: ${seq} where more than ${from} and at most ${to} is expected`);
}

/** Path and message come from the schema and repeat nothing that the realm sent. */
function toRowError(error: z.ZodError, where: string): RealmError {
  const issue = error.issues[0];
  const field = (issue?.path ?? []).map(String).join(".") || "the row";
  return invalid(where, `${field}: ${issue?.message ?? "invalid"}`, error);
}

function invalid(where: string, problem: string, cause?: z.ZodError): RealmError {
  return new RealmError("invalid_document", `${where}: ${problem}.`, cause === undefined ? {} : { cause });
}
