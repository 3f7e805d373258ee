import type { Database } from "bun:sqlite";
import { all, run } from "./sql.ts";

/** Appends those of the columns that the table lacks: it may be the host's own, with a newer idea of them. */
export function addColumns(db: Database, table: string, columns: Readonly<Record<string, string>>): void {
  const names = all(db, "SELECT name FROM pragma_table_info(?)", [table]).map((row) =>
    String(row.name).toLowerCase(),
  );
  for (const [name, declaration] of Object.entries(columns)) {
    if (!names.includes(name)) run(db, `ALTER TABLE ${table} ADD COLUMN ${name} ${declaration}`);
  }
}
