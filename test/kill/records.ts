import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { KataInstallRequest } from "../../lib/model/install.ts";
import { toRequest } from "../../lib/registry/requests-table.ts";

export const recordsPath = (home: string): string => join(home, "ronin.db");
export const indexPath = (home: string): string => join(home, "ronin.realms-index.db");

/** Rows of one of the files; none while the file or the table is not there yet. */
export function readRows<Row>(path: string, sql: string): Row[] {
  if (!existsSync(path)) return [];
  const db = new Database(path);
  try {
    db.run("PRAGMA busy_timeout = 5000");
    return db.query<Row, []>(sql).all();
  } catch (error) {
    if (String(error).includes("no such table")) return [];
    throw error;
  } finally {
    db.close();
  }
}

/** As they stand in the file, oldest first. */
export function readRequests(home: string): KataInstallRequest[] {
  return readRows<Record<string, never>>(
    recordsPath(home),
    "SELECT * FROM kata_install_requests ORDER BY requested_at, rowid",
  ).map(toRequest);
}
