import type { Database } from "bun:sqlite";
import { RegistryError } from "../errors.ts";
import { kataMetadataSchema, qualifiedName, type RealmKataMetadata } from "../model/kata.ts";
import type { Realm } from "../model/realm.ts";
import { isSameRow, toIndexRow } from "./index-row.ts";
import { type IndexRow, selectKata, upsertIndexRow } from "./index-table.ts";
import { parseInput } from "./input.ts";
import { deletePacks } from "./pack-tables.ts";
import { deleteKatas, isSearchable, refreshKatas } from "./refresh-katas.ts";
import { all, count, type Row, run } from "./sql.ts";
import { deleteValidator } from "./validators-table.ts";
import { write } from "./write.ts";

/** What a call did to the index. Each row it was given counts once. */
export interface IndexChanges {
  added: number;
  /** Some field differs, and it is not a withdrawal. */
  updated: number;
  /** The status became `withdrawn`. */
  withdrawn: number;
  unchanged: number;
}

/**
 * Upserts the rows of one realm, all of them or none.
 *
 * @throws RegistryError `invalid_input` naming the path (`[3].sourceHash`), `hash_conflict`
 */
export function indexKatas(db: Database, realm: Realm, katas: readonly RealmKataMetadata[]): IndexChanges {
  const rows = parseRows(realm, katas);
  return write(db, () => upsertRows(db, realm, rows));
}

/** How what is stored of a realm limits what replaces it. By default a version neither changes nor goes. */
export interface ReplaceOptions {
  /** Versions that are left out are removed: a local realm's host may drop what it likes. */
  allowRemoval?: boolean | undefined;
  /** What is stored goes unseen: a person wants the realm to be met anew. */
  isAnew?: boolean | undefined;
}

/**
 * As {@link indexKatas}, for a realm's whole index: rows that are stored and not among these are removed, or
 * refused.
 *
 * @throws RegistryError `row_disappeared` unless `allowRemoval`
 */
export function replaceIndex(
  db: Database,
  realm: Realm,
  katas: readonly RealmKataMetadata[],
  { allowRemoval, isAnew }: ReplaceOptions,
): IndexChanges {
  const rows = parseRows(realm, katas);
  return write(db, () => {
    if (isAnew === true) deleteAll(db, realm.id);
    const changes = upsertRows(db, realm, rows);
    const gone = findOthers(db, realm, rows);
    if (gone[0] !== undefined && allowRemoval !== true) {
      throw new RegistryError(
        "row_disappeared",
        `${gone.length} published versions are missing from the realm's index, ${gone[0].kata_name} ${gone[0].kata_version} among them. A version is withdrawn by its status, never left out.`,
      );
    }
    deleteRows(db, realm, gone);
    return changes;
  });
}

/** Forgets all that is cached of a realm. */
export function clearIndex(db: Database, realmId: string): void {
  write(db, () => deleteAll(db, realmId));
}

/** As {@link clearIndex}, inside the caller's transaction. */
export function deleteAll(db: Database, realmId: string): void {
  run(db, "DELETE FROM realm_kata_index WHERE realm_id = ?", [realmId]);
  deleteKatas(db, realmId);
  deletePacks(db, realmId);
  // Else the next sync would ask for changes only, and hear that there are none.
  deleteValidator(db, realmId);
}

/** Before the transaction: reading a large index through its schema takes longer than writing it. */
function parseRows(realm: Realm, katas: readonly RealmKataMetadata[]): IndexRow[] {
  if (!Array.isArray(katas)) throw new RegistryError("invalid_input", "expected a list of katas");
  return katas.map((kata, index) => toIndexRow(realm, parseInput(kataMetadataSchema, kata, [index])));
}

function upsertRows(db: Database, realm: Realm, rows: readonly IndexRow[]): IndexChanges {
  const changes: IndexChanges = { added: 0, updated: 0, withdrawn: 0, unchanged: 0 };
  const changedNames = new Set<string>();
  const wasSearchable = isSearchable(db, realm.id);
  for (const row of rows) {
    const stored = selectKata(db, row.realm_id, row.kata_name, row.kata_version);
    assertSameContent(realm, stored, row);
    const change = changeOf(stored, row);
    changes[change] += 1;
    if (change !== "unchanged") upsertIndexRow(db, row);
    else if (wasSearchable) continue;
    changedNames.add(row.kata_name);
  }
  refreshKatas(db, realm.id, changedNames);
  return changes;
}

/** A published version is immutable: other bytes under its name are an attack or a mistake. */
function assertSameContent(realm: Realm, stored: Row | undefined, row: IndexRow): void {
  if (stored === undefined) return;
  for (const column of ["source_hash", "compiled_hash"] as const) {
    if (stored[column] === row[column]) continue;
    const label = qualifiedName(realm.id, row.kata_name, row.kata_version);
    throw new RegistryError(
      "hash_conflict",
      `${label} was published with the ${column} ${stored[column]} and now comes with ${row[column]}. The index was left as it was; new contents need a new version.`,
    );
  }
}

/** What storing `row` in the place of `stored` does. */
export function changeOf(stored: Row | undefined, row: IndexRow): keyof IndexChanges {
  if (stored === undefined) return "added";
  if (isSameRow(stored, row)) return "unchanged";
  return row.status === "withdrawn" && stored.status !== "withdrawn" ? "withdrawn" : "updated";
}

/** Rows of the realm that are not among these, which are all stored by now: so equal numbers mean none. */
function findOthers(db: Database, realm: Realm, rows: readonly IndexRow[]): Row[] {
  const given = new Set(rows.map((row) => `${row.kata_name}@${row.kata_version}`));
  if (count(db, "SELECT count(*) FROM realm_kata_index WHERE realm_id = ?", [realm.id]) === given.size)
    return [];
  const stored = all(db, "SELECT kata_name, kata_version FROM realm_kata_index WHERE realm_id = ?", [
    realm.id,
  ]);
  return stored.filter((row) => !given.has(`${row.kata_name}@${row.kata_version}`));
}

function deleteRows(db: Database, realm: Realm, rows: readonly Row[]): void {
  for (const row of rows) {
    run(db, "DELETE FROM realm_kata_index WHERE realm_id = ? AND kata_name = ? AND kata_version = ?", [
      realm.id,
      String(row.kata_name),
      String(row.kata_version),
    ]);
  }
  refreshKatas(db, realm.id, new Set(rows.map((row) => String(row.kata_name))));
}
