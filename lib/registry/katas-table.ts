import type { Database } from "bun:sqlite";
import type { TableSpec } from "./ensure-table.ts";
import { CHUNK_KATAS } from "./gram-blocks.ts";
import { toKata } from "./index-row.ts";
import { selectVersions } from "./index-table.ts";
import { type ShownKata, toShownKata } from "./shown-kata.ts";
import { all, type Row, run } from "./sql.ts";
import { fromVersionsText, toVersionsText } from "./versions-text.ts";

/**
 * One row a kata, with all that a search shows of it: one text is read ten times faster than the rows of its versions
 * in `realm_kata_index`, which it is made of.
 *
 * A kata lies in a chunk under a number: both are in its id, and a chunk's katas are numbered by name.
 */
export const katasTable: TableSpec = {
  name: "realm_katas",
  key: ["realm_id", "kata_name"],
  columns: {
    id: "INTEGER PRIMARY KEY",
    realm_id: "TEXT NOT NULL",
    kata_name: "TEXT NOT NULL",
    // The versions' metadata as JSON, and what tells that all of the row is as it was written.
    versions: "TEXT NOT NULL",
    checksum: "INTEGER NOT NULL",
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

export function insertKata(db: Database, id: number, realmId: string, { name, versions }: ShownKata): void {
  const text = toVersionsText(versions);
  run(
    db,
    // What stands in the way was not written by us: these rows come from the index and are made anew from it.
    `INSERT OR REPLACE INTO realm_katas (id, realm_id, kata_name, versions, checksum) VALUES (?, ?, ?, ?, ?)`,
    [id, realmId, name, text, checksumOf(realmId, name, text)],
  );
}

/** The id that the kata had, undefined when nothing of it was found by a search. */
export function deleteKata(db: Database, realmId: string, name: string): number | undefined {
  const [row] = all(db, "DELETE FROM realm_katas WHERE realm_id = ? AND kata_name = ? RETURNING id", [
    realmId,
    name,
  ]);
  return row === undefined ? undefined : Number(row.id);
}

/** Deletes the katas of a chunk and returns their names. */
export function takeChunkNames(db: Database, chunk: number): string[] {
  const range = [idOf(chunk, 0), idOf(chunk + 1, 0)];
  const rows = all(db, "DELETE FROM realm_katas WHERE id >= ? AND id < ? RETURNING kata_name", range);
  return rows.map((row) => String(row.kata_name));
}

/**
 * The katas of a realm with these ids that are there.
 *
 * @param holding texts that occur in the JSON of what is looked for; others may be left out
 */
export function selectKatas(
  db: Database,
  realmId: string,
  ids: readonly number[],
  holding: readonly string[],
): Map<number, ShownKata> {
  const rows = all(
    db,
    `SELECT id, kata_name, versions, checksum FROM realm_katas
     WHERE id IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(ids)],
  );
  const katas = new Map<number, ShownKata>();
  for (const row of rows) {
    const kata = readKata(db, realmId, row, holding);
    if (kata !== undefined) katas.set(Number(row.id), kata);
  }
  return katas;
}

/** Anybody can have edited the row: then the index says what is right. */
function readKata(
  db: Database,
  realmId: string,
  row: Row,
  holding: readonly string[],
): ShownKata | undefined {
  const [name, text] = [String(row.kata_name), String(row.versions)];
  if (row.checksum !== checksumOf(realmId, name, text)) return readFromIndex(db, realmId, name);
  if (!holding.every((part) => text.includes(part))) return undefined;
  // The checksum says that this is what insertKata wrote.
  return { name, versions: fromVersionsText(text) };
}

/** A kata as the rows of its versions say it. Those that are no metadata any more are left out. */
export function readFromIndex(db: Database, realmId: string, name: string): ShownKata | undefined {
  return toShownKata(selectVersions(db, realmId, name).flatMap((row) => toKata(row) ?? []));
}

/** CRC-32 of all that a row says: it tells accidents and edits, and nobody who means to deceive. */
function checksumOf(realmId: string, name: string, versions: string): number {
  return Bun.hash.crc32(versions, Bun.hash.crc32(`${realmId}:${name}`));
}

/** Ids of the katas with this name, in the order of the realms. */
export function selectIds(db: Database, realmIds: readonly string[], name: string): number[] {
  return all(
    db,
    `SELECT kata.id FROM json_each(?) AS realm CROSS JOIN realm_katas AS kata
       ON kata.realm_id = realm.value AND kata.kata_name = ?`,
    [JSON.stringify(realmIds), name],
  ).map((row) => Number(row.id));
}
