import type { Database } from "bun:sqlite";
import { RegistryError } from "../errors.ts";
import { all, first, run } from "./sql.ts";

/** A table as its first migration makes it. A later column is a later migration, never an edit of this. */
export interface TableSpec {
  name: string;
  /** Columns that make a row unique. */
  key: readonly string[];
  /** Name and declaration of the columns that an existing table must have: those of the guide. */
  columns: Readonly<Record<string, string>>;
  /** Columns of this pack's own, appended to an existing table that lacks them. */
  added?: Readonly<Record<string, string>>;
  constraint?: string;
  withoutRowid?: boolean;
}

/**
 * Creates the table, or takes over one of the same name by appending columns. The guide fixes the names, so the
 * host may have such a table one day: one of the host's shape is shared with it, any other is left as it is.
 *
 * @throws RegistryError `schema_conflict` naming table and column
 */
export function ensureTable(db: Database, table: TableSpec): void {
  const existing = first(db, "SELECT type FROM sqlite_schema WHERE name = ? COLLATE NOCASE", [table.name]);
  if (existing === undefined) {
    createTable(db, table);
    return;
  }
  if (existing.type !== "table") throw conflict(table, "", `is a ${existing.type}`);
  const found = readColumns(db, table.name);
  assertShape(db, table, found);
  for (const [name, declaration] of Object.entries(table.added ?? {})) {
    if (!found.has(name)) run(db, `ALTER TABLE ${table.name} ADD COLUMN ${name} ${declaration}`);
  }
}

function createTable(db: Database, table: TableSpec): void {
  const lines = Object.entries({ ...table.columns, ...table.added }).map(([name, type]) => `${name} ${type}`);
  if (table.constraint !== undefined) lines.push(table.constraint);
  const options = table.withoutRowid === true ? " WITHOUT ROWID" : "";
  run(db, `CREATE TABLE ${table.name} (\n  ${lines.join(",\n  ")}\n)${options}`);
}

function assertShape(db: Database, table: TableSpec, found: ReadonlyMap<string, Column>): void {
  for (const name of Object.keys(table.columns)) {
    if (!found.has(name)) throw conflict(table, name, "is missing");
  }
  for (const name of Object.keys({ ...table.columns, ...table.added })) {
    // SQLite would not mind, but gives rows back under the name that the table has.
    const written = found.get(name)?.written ?? name;
    if (written !== name) throw conflict(table, name, `is written ${written}`);
  }
  for (const column of found.values()) {
    if (column.mustBeGiven && !(column.name in table.columns) && !(column.name in (table.added ?? {}))) {
      throw conflict(table, column.name, "must be filled and is not known here");
    }
  }
  if (!isUnique(db, table, found)) throw conflict(table, table.key.join(", "), "is not unique");
}

interface Column {
  /** In lower case. */
  name: string;
  written: string;
  inPrimaryKey: boolean;
  /** An insert that leaves it out fails. */
  mustBeGiven: boolean;
}

function readColumns(db: Database, table: string): Map<string, Column> {
  const rows = all(db, `SELECT name, type, "notnull" AS required, dflt_value, pk FROM pragma_table_info(?)`, [
    table,
  ]);
  return new Map(
    rows.map((row) => {
      const written = String(row.name);
      const name = written.toLowerCase();
      const isRowid = row.pk === 1 && String(row.type).toUpperCase() === "INTEGER";
      const mustBeGiven = row.required === 1 && row.dflt_value === null && !isRowid;
      return [name, { name, written, inPrimaryKey: Number(row.pk) > 0, mustBeGiven }];
    }),
  );
}

/** Upserts name the key, and SQLite refuses that unless the key is unique as a whole. */
function isUnique(db: Database, table: TableSpec, columns: ReadonlyMap<string, Column>): boolean {
  const primaryKey = [...columns.values()]
    .filter((column) => column.inPrimaryKey)
    .map((column) => column.name);
  if (isSameSet(primaryKey, table.key)) return true;
  const indexes = all(db, `SELECT name FROM pragma_index_list(?) WHERE "unique" = 1 AND partial = 0`, [
    table.name,
  ]);
  return indexes.some((index) => {
    const names = all(db, "SELECT name FROM pragma_index_info(?)", [String(index.name)]);
    return isSameSet(
      names.map((row) => String(row.name).toLowerCase()),
      table.key,
    );
  });
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

function conflict(table: TableSpec, column: string, problem: string): RegistryError {
  const where = column === "" ? table.name : `${table.name}.${column}`;
  return new RegistryError(
    "schema_conflict",
    `The database already holds a table ${table.name} of another shape: ${where} ${problem}. Nothing was changed; use another database file or rename that table.`,
  );
}
