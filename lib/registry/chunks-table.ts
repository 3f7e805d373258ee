import type { Database } from "bun:sqlite";
import type { TableSpec } from "./ensure-table.ts";
import { CHUNK_KATAS, type GramBlock } from "./gram-blocks.ts";
import { GRAMS } from "./grams.ts";
import { takeChunkNames } from "./katas-table.ts";
import { all, count, type Row, run } from "./sql.ts";

/** No index gets so far, and a number that somebody wrote must not leave what a double holds exactly. */
const MAX_CHUNK = 2 ** 32;

/** Katas of one realm that a search can go through in the order of their names, all of them active or none. */
export interface Chunk {
  chunk: number;
  realmId: string;
  isActive: boolean;
  /** No kata in it comes before this name. */
  firstName: string;
  /** How many numbers were given out. */
  katas: number;
  /** How many of the katas are still there: one that changes moves to another chunk. */
  live: number;
}

export const chunksTable: TableSpec = {
  name: "realm_kata_chunks",
  key: ["chunk"],
  columns: {
    chunk: "INTEGER PRIMARY KEY",
    realm_id: "TEXT NOT NULL",
    is_active: "INTEGER NOT NULL",
    first_name: "TEXT NOT NULL",
    katas: "INTEGER NOT NULL",
    live: "INTEGER NOT NULL",
  },
};

/**
 * Which katas of a chunk hold which few characters, see gram-blocks.ts. It is written once, chunk by chunk and so at
 * the end of the file; a kata that was there once is still in it and is found to be gone when its texts are read.
 */
export const gramsTable: TableSpec = {
  name: "realm_kata_grams",
  key: ["id"],
  columns: { id: "INTEGER PRIMARY KEY", block: "BLOB NOT NULL" },
};

export function selectChunks(db: Database, realmIds: readonly string[]): Chunk[] {
  const rows = all(db, "SELECT * FROM realm_kata_chunks WHERE realm_id IN (SELECT value FROM json_each(?))", [
    JSON.stringify(realmIds),
  ]);
  return rows.flatMap((row) => toChunk(row) ?? []);
}

/** Undefined for a row that no build of ours wrote: what it names is not found until its realm is synced anew. */
function toChunk(row: Row): Chunk | undefined {
  const [chunk, katas, live] = [Number(row.chunk), Number(row.katas), Number(row.live)];
  if (!isCount(chunk, MAX_CHUNK) || !isCount(katas, CHUNK_KATAS) || !isCount(live, CHUNK_KATAS))
    return undefined;
  return {
    chunk,
    realmId: String(row.realm_id),
    isActive: row.is_active === 1,
    firstName: String(row.first_name),
    katas,
    live,
  };
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

/** The blocks of these grams that the chunk has. */
export function selectBlocks(db: Database, chunk: number, grams: readonly number[]): Map<number, Uint8Array> {
  const rows = all(
    db,
    "SELECT id, block FROM realm_kata_grams WHERE id IN (SELECT value FROM json_each(?))",
    [JSON.stringify(grams.map((gram) => chunk * GRAMS + gram))],
  );
  return new Map(
    rows.flatMap(({ id, block }) =>
      block instanceof Uint8Array ? [[Number(id) % GRAMS, block] as const] : [],
    ),
  );
}

/** No chunk of the file has this number or a higher one. */
export function selectNextChunk(db: Database): number {
  return count(db, "SELECT coalesce(max(chunk), 0) + 1 FROM realm_kata_chunks WHERE chunk BETWEEN 0 AND ?", [
    MAX_CHUNK,
  ]);
}

export function insertChunk(db: Database, { chunk, realmId, isActive, firstName, katas, live }: Chunk): void {
  run(
    db,
    `INSERT OR REPLACE INTO realm_kata_chunks (chunk, realm_id, is_active, first_name, katas, live)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [chunk, realmId, Number(isActive), firstName, katas, live],
  );
}

export function insertGrams(db: Database, chunk: number, blocks: Iterable<GramBlock>): void {
  for (const { gram, block } of blocks) {
    run(db, "INSERT OR REPLACE INTO realm_kata_grams (id, block) VALUES (?, ?)", [
      chunk * GRAMS + gram,
      block,
    ]);
  }
}

/** Deletes a chunk, and returns the names of the katas that were in it. */
export function takeChunk(db: Database, chunk: number): string[] {
  run(db, "DELETE FROM realm_kata_chunks WHERE chunk = ?", [chunk]);
  run(db, "DELETE FROM realm_kata_grams WHERE id >= ? AND id < ?", [chunk * GRAMS, (chunk + 1) * GRAMS]);
  return takeChunkNames(db, chunk);
}

export function subtractLive(db: Database, chunk: number, katas: number): void {
  run(db, "UPDATE realm_kata_chunks SET live = live - ? WHERE chunk = ?", [katas, chunk]);
}
