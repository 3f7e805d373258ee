import type { Database } from "bun:sqlite";
import { ensureTable, type TableSpec } from "./ensure-table.ts";
import { all, first, run } from "./sql.ts";
import { write } from "./write.ts";

/** One step of a schema's history. Its name is stored, so it is never renamed, edited or reordered. */
export interface Migration {
  name: string;
  up(db: Database): void;
}

const migrationsTable: TableSpec = {
  name: "realms_migrations",
  key: ["name"],
  columns: { name: "TEXT PRIMARY KEY NOT NULL", applied_at: "INTEGER NOT NULL" },
};

/**
 * Brings the schema up to date in one transaction, or leaves it untouched. Where nothing is to be done it only
 * reads, so that a second registry on the same file (a hot reload, another process) takes no lock.
 *
 * @param now milliseconds since 1970, stored with each step
 * @throws RegistryError `schema_conflict`; RegistryBusyError
 */
export function migrate(db: Database, migrations: readonly Migration[], now: number): void {
  if (findPending(db, migrations).length === 0) return;
  write(db, () => {
    ensureTable(db, migrationsTable);
    // Read again under the lock: another process may have been faster.
    for (const migration of findPending(db, migrations)) {
      migration.up(db);
      run(db, "INSERT INTO realms_migrations (name, applied_at) VALUES (?, ?)", [migration.name, now]);
    }
  });
}

/** Steps this build does not know are left alone: a newer build ran before, and columns are only ever added. */
function findPending(db: Database, migrations: readonly Migration[]): Migration[] {
  const table = first(db, "SELECT 1 FROM sqlite_schema WHERE name = ?", [migrationsTable.name]);
  if (table === undefined) return [...migrations];
  const applied = new Set(all(db, "SELECT name FROM realms_migrations").map((row) => row.name));
  return migrations.filter((migration) => !applied.has(migration.name));
}
