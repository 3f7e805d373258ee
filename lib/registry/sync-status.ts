import type { Database } from "bun:sqlite";
import * as z from "zod";
import { realmsTable, unknownRealm } from "./realms-table.ts";
import { parseRow, withoutNulls } from "./row.ts";
import { first, run } from "./sql.ts";

/** What is known about the syncs of one realm. Times are milliseconds since 1970. */
export interface SyncStatus {
  lastSyncedAt?: number;
  lastAttemptAt?: number;
  /** Set while the last attempt is one that failed. */
  failureCode?: string;
  failureMessage?: string;
  /** How many attempts had failed in a row before the last one; left out when there are none. */
  earlierFailures?: number;
}

const statusRowSchema = z
  .object({
    last_synced_at: z.int().nullable(),
    last_attempt_at: z.int().nullable(),
    failure_code: z.string().nullable(),
    failure_message: z.string().nullable(),
    earlier_failures: z.int().nonnegative().nullable(),
  })
  .transform(
    (row): SyncStatus =>
      withoutNulls({
        lastSyncedAt: row.last_synced_at,
        lastAttemptAt: row.last_attempt_at,
        failureCode: row.failure_code,
        failureMessage: row.failure_message,
        earlierFailures: row.earlier_failures,
      }),
  );

/** @throws RegistryError `unknown_realm` */
export function selectSyncStatus(db: Database, id: string): SyncStatus {
  const row = first(
    db,
    `SELECT last_synced_at, last_attempt_at, failure_code, failure_message, earlier_failures
     FROM realms WHERE id = ?`,
    [id],
  );
  if (row === undefined) throw unknownRealm(id);
  return parseRow(realmsTable.name, statusRowSchema, row);
}

/** @throws RegistryError `unknown_realm` */
export function updateSynced(db: Database, id: string, at: number): void {
  const changed = run(
    db,
    `UPDATE realms SET last_synced_at = ?1, last_attempt_at = ?1, failure_code = NULL, failure_message = NULL,
       earlier_failures = NULL
     WHERE id = ?2`,
    [at, id],
  );
  if (changed === 0) throw unknownRealm(id);
}

/** @throws RegistryError `unknown_realm` */
export function updateFailed(db: Database, id: string, at: number, code: string, message: string): void {
  const changed = run(
    db,
    `UPDATE realms SET last_attempt_at = ?, failure_code = ?, failure_message = ?,
       earlier_failures = CASE WHEN failure_code IS NULL THEN NULL ELSE coalesce(earlier_failures, 0) + 1 END
     WHERE id = ?`,
    [at, code, message, id],
  );
  if (changed === 0) throw unknownRealm(id);
}
