import type { Database } from "bun:sqlite";
import { first, run } from "./sql.ts";

/** Lets `work` write through a connection that otherwise only reads, for the rare write that a person asked for. */
export function whileWritable(db: Database, work: () => void): void {
  if (first(db, "PRAGMA query_only")?.query_only !== 1) {
    work();
    return;
  }
  run(db, "PRAGMA query_only = 0");
  try {
    work();
  } finally {
    run(db, "PRAGMA query_only = 1");
  }
}
