import type { Database } from "bun:sqlite";
import type { TableSpec } from "./ensure-table.ts";
import { CHUNK_KATAS, type Texts } from "./gram-blocks.ts";
import { all, type Row, run } from "./sql.ts";

/**
 * One row a kata: what a search looks through, put together from the versions that it may show. All of it is in
 * `realm_kata_index` too, in more and wider rows.
 *
 * A kata lies in a chunk under a number: both are in its id, and a chunk's katas are numbered by name.
 */
export const textsTable: TableSpec = {
  name: "realm_kata_texts",
  key: ["realm_id", "kata_name"],
  columns: {
    id: "INTEGER PRIMARY KEY",
    realm_id: "TEXT NOT NULL",
    kata_name: "TEXT NOT NULL",
    tag_text: "TEXT NOT NULL",
    description_text: "TEXT NOT NULL",
  },
  constraint: "UNIQUE (realm_id, kata_name)",
};

export function idOf(chunk: number, number: number): number {
  return chunk * CHUNK_KATAS + number;
}

export function chunkOf(id: number): number {
  return Math.floor(id / CHUNK_KATAS);
}

export function numberOf(id: number): number {
  return id % CHUNK_KATAS;
}

export function insertTexts(db: Database, id: number, realmId: string, texts: Texts): void {
  run(
    db,
    // What stands in the way was not written by us: these rows come from the index and are made anew from it.
    `INSERT OR REPLACE INTO realm_kata_texts (id, realm_id, kata_name, tag_text, description_text)
     VALUES (?, ?, ?, ?, ?)`,
    [id, realmId, ...texts],
  );
}

/** The id that the kata had, undefined when nothing of it was found by a search. */
export function deleteTexts(db: Database, realmId: string, name: string): number | undefined {
  const [row] = all(db, "DELETE FROM realm_kata_texts WHERE realm_id = ? AND kata_name = ? RETURNING id", [
    realmId,
    name,
  ]);
  return row === undefined ? undefined : Number(row.id);
}

/** Deletes the katas of a chunk and returns their names. */
export function takeChunkNames(db: Database, chunk: number): string[] {
  const range = [idOf(chunk, 0), idOf(chunk + 1, 0)];
  const rows = all(db, "DELETE FROM realm_kata_texts WHERE id >= ? AND id < ? RETURNING kata_name", range);
  return rows.map((row) => String(row.kata_name));
}

export function selectTexts(db: Database, ids: readonly number[]): Row[] {
  return all(db, "SELECT * FROM realm_kata_texts WHERE id IN (SELECT value FROM json_each(?))", [
    JSON.stringify(ids),
  ]);
}

/** Ids of the katas with this name, in the order of the realms. */
export function selectIds(db: Database, realmIds: readonly string[], name: string): number[] {
  return all(
    db,
    `SELECT texts.id FROM json_each(?) AS realm CROSS JOIN realm_kata_texts AS texts
       ON texts.realm_id = realm.value AND texts.kata_name = ?`,
    [JSON.stringify(realmIds), name],
  ).map((row) => Number(row.id));
}
