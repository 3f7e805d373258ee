import type { Database } from "bun:sqlite";
import { run } from "./sql.ts";

/** Runs several statements that all see one state of the database. They must not write. Throws as they do. */
export function read<Result>(db: Database, look: () => Result): Result {
  if (db.inTransaction) return look();
  run(db, "BEGIN");
  try {
    return look();
  } finally {
    // A broken file can end the transaction by itself.
    if (db.inTransaction) run(db, "COMMIT");
  }
}
