import type { Database } from "bun:sqlite";
import type { TableSpec } from "./ensure-table.ts";
import { all, count, first, type Row, run, type SqlValue } from "./sql.ts";

const keyColumns = {
  realm_id: "TEXT",
  kata_name: "TEXT",
  kata_version: "TEXT",
};
const guideColumns = {
  // The realm's type, as the guide's schema has it. Nothing depends on it.
  source: "TEXT",
  required_skills: "TEXT",
  min_ronin_version: "TEXT",
  max_ronin_version: "TEXT",
  tags: "TEXT",
  category: "TEXT",
  complexity: "TEXT",
  source_hash: "TEXT",
  compiled_hash: "TEXT",
  description: "TEXT",
  install_count: "INTEGER",
  last_modified: "INTEGER",
};
const ownColumns = {
  status: "TEXT NOT NULL DEFAULT 'active'",
  reason: "TEXT",
  replaced_by: "TEXT",
  required_katas: "TEXT",
  author: "TEXT",
  license: "TEXT",
  documentation: "TEXT",
  release_date: "INTEGER",
  changes: "TEXT",
  source_bytes: "INTEGER",
  compiled_with: "TEXT",
  seq: "INTEGER",
  // 0 in a row that we did not write: it is never shown.
  version_number: "INTEGER NOT NULL DEFAULT 0",
};

/** A later migration's: SHA-256 of the line that a row came in, NULL for one that came in no pack. */
export const rowDigestColumn = { row_digest: "BLOB" };

export const indexTable: TableSpec = {
  name: "realm_kata_index",
  key: Object.keys(keyColumns),
  columns: { ...keyColumns, ...guideColumns },
  added: ownColumns,
  constraint: "UNIQUE (realm_id, kata_name, kata_version)",
};

/** What a search may show. */
export const isShown = "version_number > 0 AND status <> 'withdrawn'";

/** All columns of ours. A host's own table may have more. */
export type IndexRow = Record<keyof typeof keyColumns, string> &
  Record<keyof typeof guideColumns | keyof typeof ownColumns, SqlValue>;

export function upsertIndexRow(db: Database, row: IndexRow): void {
  run(
    db,
    upsertSql,
    columns.map((column) => row[column]),
  );
}

/** As {@link upsertIndexRow}, for a row that came in a pack: with the digest of its line, 32 bytes. */
export function upsertPackedRow(db: Database, row: IndexRow, digest: Uint8Array): void {
  run(db, upsertPackedSql, [...columns.map((column) => row[column]), digest]);
}

// Object.keys forgets the names that the type is made of.
const columns = Object.keys({ ...keyColumns, ...guideColumns, ...ownColumns }) as Array<keyof IndexRow>;
const upsertSql = toUpsert(columns);
const upsertPackedSql = toUpsert([...columns, ...Object.keys(rowDigestColumn)]);

function toUpsert(names: readonly string[]): string {
  return `
  INSERT INTO realm_kata_index (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})
  ON CONFLICT (realm_id, kata_name, kata_version)
  DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(", ")}`;
}

export function selectKata(db: Database, realmId: string, name: string, version: string): Row | undefined {
  return first(
    db,
    "SELECT * FROM realm_kata_index WHERE realm_id = ? AND kata_name = ? AND kata_version = ?",
    [realmId, name, version],
  );
}

/** Newest first. */
export function selectVersions(db: Database, realmId: string, name: string): Row[] {
  return all(
    db,
    `SELECT * FROM realm_kata_index WHERE realm_id = ? AND kata_name = ? AND version_number > 0
     ORDER BY version_number DESC`,
    [realmId, name],
  );
}

/** Different names, each counted once a realm. */
export function countNames(db: Database, realmId?: string): number {
  const names = "SELECT DISTINCT realm_id, kata_name FROM realm_kata_index WHERE ?1 IS NULL OR realm_id = ?1";
  return count(db, `SELECT count(*) FROM (${names})`, [realmId ?? null]);
}

export function countRows(db: Database, realmId?: string): number {
  return realmId === undefined
    ? count(db, "SELECT count(*) FROM realm_kata_index")
    : count(db, "SELECT count(*) FROM realm_kata_index WHERE realm_id = ?", [realmId]);
}

export function hasRows(db: Database, realmId: string): boolean {
  return first(db, "SELECT 1 FROM realm_kata_index WHERE realm_id = ? LIMIT 1", [realmId]) !== undefined;
}

/** Every realm that has rows, found by stepping from one to the next: there may be a million rows between. */
export function selectRealmIds(db: Database): string[] {
  const rows = all(
    db,
    `WITH RECURSIVE realm (id) AS (
       SELECT min(realm_id) FROM realm_kata_index
       UNION ALL
       SELECT (SELECT min(realm_id) FROM realm_kata_index WHERE realm_id > realm.id) FROM realm
       WHERE realm.id IS NOT NULL
     )
     SELECT id FROM realm WHERE id IS NOT NULL`,
  );
  return rows.map((row) => String(row.id));
}
