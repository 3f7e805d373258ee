import type { Database } from "bun:sqlite";
import { toIndexRow, toKata } from "./index-row.ts";
import { upsertIndexRow } from "./index-table.ts";
import { all } from "./sql.ts";

/**
 * Fills our columns in rows that another program wrote before we came. What cannot be read as metadata stays as
 * it is and is never shown.
 */
export function fillOwnColumns(db: Database): void {
  for (const row of all(db, "SELECT * FROM realm_kata_index WHERE version_number = 0")) {
    const kata = toKata({
      ...row,
      status: row.deprecated === 1 ? "deprecated" : row.status,
      reason: row.reason ?? row.deprecation_reason ?? null,
    });
    if (kata === undefined || typeof row.realm_id !== "string") continue;
    // The realm's type is in the guide's column already, whatever it is.
    upsertIndexRow(db, {
      ...toIndexRow({ id: row.realm_id, type: "custom" }, kata),
      source: String(row.source),
    });
  }
}
