import type { Database } from "bun:sqlite";
import type { TableSpec } from "./ensure-table.ts";
import { isShown } from "./index-table.ts";
import { all, first, type Row, run } from "./sql.ts";

/**
 * One row a kata: what a search looks through, put together from the versions that it may show. All of it is
 * in `realm_kata_index` too, in more and wider rows.
 */
export const namesTable: TableSpec = {
  name: "realm_kata_names",
  key: ["realm_id", "kata_name"],
  columns: {
    id: "INTEGER PRIMARY KEY",
    realm_id: "TEXT NOT NULL",
    kata_name: "TEXT NOT NULL",
    /** Name, then tags, then descriptions: where a word is first found says which of them it is in. */
    search_text: "TEXT NOT NULL",
    /** Characters of `search_text` up to the end of the name. */
    name_end: "INTEGER NOT NULL",
    /** Characters of `search_text` up to the end of the tags. */
    tags_end: "INTEGER NOT NULL",
    is_active: "INTEGER NOT NULL",
  },
  constraint: "UNIQUE (realm_id, kata_name)",
};

/**
 * Which katas hold which three characters, so that a search reads those that may match and no others. Positions
 * are left out (`detail = none`): the text itself is asked in the end.
 */
export function indexNames(db: Database): void {
  run(
    db,
    `CREATE VIRTUAL TABLE realm_kata_trigrams USING fts5(
       search_text, content = 'realm_kata_names', content_rowid = 'id', columnsize = 0, detail = none,
       tokenize = 'trigram case_sensitive 1'
     )`,
  );
  // Lists everything in order without reading a text.
  run(db, "CREATE INDEX realm_kata_names_listing ON realm_kata_names (realm_id, kata_name, is_active)");
}

/** Brings the rows of these katas up to date with the index, inside the caller's transaction. */
export function refreshNames(db: Database, realmId: string, names: Iterable<string>): void {
  for (const name of names) {
    const key = [realmId, name];
    const before = first(
      db,
      "SELECT id, search_text FROM realm_kata_names WHERE realm_id = ? AND kata_name = ?",
      key,
    );
    if (before !== undefined) removeName(db, before);
    const shown = all(
      db,
      `SELECT search_tags, search_description, status FROM realm_kata_index
       WHERE realm_id = ? AND kata_name = ? AND ${isShown}`,
      key,
    );
    if (shown.length > 0) addName(db, realmId, name, shown);
  }
}

/** Forgets all names of a realm, inside the caller's transaction. */
export function deleteNames(db: Database, realmId: string): void {
  const rows = all(db, "SELECT id, search_text FROM realm_kata_names WHERE realm_id = ?", [realmId]);
  for (const row of rows) removeName(db, row);
}

export function refreshAllNames(db: Database): void {
  for (const row of all(db, `SELECT DISTINCT realm_id, kata_name FROM realm_kata_index WHERE ${isShown}`)) {
    refreshNames(db, String(row.realm_id), [String(row.kata_name)]);
  }
}

/** Versions mostly repeat each other's texts, and each text needs to be looked through once. */
function addName(db: Database, realmId: string, name: string, shown: readonly Row[]): void {
  const tags = new Set(shown.map((row) => String(row.search_tags)));
  const descriptions = new Set(shown.map((row) => String(row.search_description)));
  const texts = [[...tags].join(""), [...descriptions].join("")];
  const isActive = shown.some((row) => row.status === "active");
  run(
    db,
    `INSERT INTO realm_kata_names (realm_id, kata_name, search_text, name_end, tags_end, is_active)
     VALUES (?1, ?2, ?2 || ?3 || ?4, length(?2), length(?2) + length(?3), ?5)`,
    [realmId, name, ...texts, Number(isActive)],
  );
  // One row a statement and no trigger: at the end of any other, FTS5 writes out all that it has gathered.
  run(db, "INSERT INTO realm_kata_trigrams (rowid, search_text) VALUES (last_insert_rowid(), ?)", [
    name + texts.join(""),
  ]);
}

function removeName(db: Database, { id, search_text }: Row): void {
  run(
    db,
    "INSERT INTO realm_kata_trigrams (realm_kata_trigrams, rowid, search_text) VALUES ('delete', ?, ?)",
    [Number(id), String(search_text)],
  );
  run(db, "DELETE FROM realm_kata_names WHERE id = ?", [Number(id)]);
}
