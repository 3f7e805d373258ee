import type { Database } from "bun:sqlite";
import { refreshAllKatas } from "./refresh-katas.ts";
import { count, run } from "./sql.ts";

/** What can be done while a host starts without holding it up. */
const MAX_ROWS_AT_ONCE = 5000;

/**
 * Makes what is in the index already searchable: a small one at once, a large one at its next sync, which is made to
 * fetch all of it again. Until then a search finds nothing in it.
 */
export function replaceOldSearch(db: Database): void {
  for (const table of ["realm_kata_trigrams", "realm_kata_names", "realm_kata_texts"])
    run(db, `DROP TABLE IF EXISTS ${table}`);
  for (const table of ["realm_kata_chunks", "realm_kata_grams"]) run(db, `DELETE FROM ${table}`);
  if (
    count(db, "SELECT count(*) FROM (SELECT 1 FROM realm_kata_index LIMIT ?)", [MAX_ROWS_AT_ONCE + 1]) <=
    MAX_ROWS_AT_ONCE
  ) {
    refreshAllKatas(db);
    return;
  }
  run(db, "DELETE FROM realm_validators");
  run(db, "UPDATE realm_states SET state = NULL");
}
