import type { Database } from "bun:sqlite";
import * as z from "zod";
import { hashSchema } from "../model/kata.ts";
import { bucketsTable, deleteBuckets } from "./buckets-table.ts";
import type { TableSpec } from "./ensure-table.ts";
import { parseRow, withoutNulls } from "./row.ts";
import { first, run } from "./sql.ts";

/** What the index holds of a realm that numbers its publishes. */
export interface IndexedState {
  /** Publish number of the pointer that was accepted last. */
  seq: number;
  /** Digest over the realm's rows; undefined while they come from a pointer that holds its rows itself. */
  state?: string;
  /** SHA-256 of the pointer's bytes. */
  pointerHash?: string;
  /** How many rows came in its packs. Kept so that a sync that finds nothing new counts none. */
  rows?: number;
}

export const statesTable: TableSpec = {
  name: "realm_states",
  key: ["realm_id"],
  columns: {
    realm_id: "TEXT PRIMARY KEY NOT NULL",
    seq: "INTEGER NOT NULL",
    state: "TEXT",
    pointer_hash: "TEXT",
  },
};

/** A later migration's. */
export const stateRowsColumn = { row_count: "INTEGER" };

/** Two pointers that gave one publish number to two states: what a person shows to the realm's publisher. */
export const equivocationsTable: TableSpec = {
  name: "realm_equivocations",
  key: ["realm_id", "seq"],
  columns: {
    realm_id: "TEXT NOT NULL",
    seq: "INTEGER NOT NULL",
    accepted_pointer: "TEXT",
    accepted_state: "TEXT",
    other_pointer: "TEXT NOT NULL",
    other_state: "TEXT NOT NULL",
    seen_at: "INTEGER NOT NULL",
  },
  constraint: "UNIQUE (realm_id, seq)",
};

const stateRowSchema = z
  .object({
    seq: z.int().nonnegative(),
    // Unreadable is as good as unknown: the next sync takes the base. Only the number has to be kept.
    state: hashSchema.nullable().catch(null),
    pointer_hash: hashSchema.nullable().catch(null),
    row_count: z.int().nonnegative().nullable().catch(null),
  })
  .transform(
    (row): IndexedState =>
      withoutNulls({
        seq: row.seq,
        state: row.state,
        pointerHash: row.pointer_hash,
        rows: row.row_count,
      }),
  );

/** @throws RegistryError `invalid_input` for a number that cannot be read: it must not pass for a realm never seen */
export function selectState(db: Database, realmId: string): IndexedState | undefined {
  const row = first(db, "SELECT seq, state, pointer_hash, row_count FROM realm_states WHERE realm_id = ?", [
    realmId,
  ]);
  return row === undefined ? undefined : parseRow(statesTable.name, stateRowSchema, row);
}

export function upsertState(db: Database, realmId: string, indexed: IndexedState): void {
  const { seq, state = null, pointerHash = null, rows = null } = indexed;
  run(
    db,
    `INSERT INTO realm_states (realm_id, seq, state, pointer_hash, row_count) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (realm_id) DO UPDATE SET
       seq = excluded.seq, state = excluded.state, pointer_hash = excluded.pointer_hash,
       row_count = excluded.row_count`,
    [realmId, seq, state, pointerHash, rows],
  );
}

export interface Equivocation {
  seq: number;
  accepted: { pointerHash?: string | undefined; state?: string | undefined };
  other: { pointerHash: string; state: string };
}

/** Keeps the first evidence for a publish number: a realm that goes on lying does not fill the disk with it. */
export function insertEquivocation(
  db: Database,
  realmId: string,
  { seq, accepted, other }: Equivocation,
  now: number,
): void {
  run(
    db,
    `INSERT INTO realm_equivocations
       (realm_id, seq, accepted_pointer, accepted_state, other_pointer, other_state, seen_at)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    [realmId, seq, accepted.pointerHash ?? null, accepted.state ?? null, other.pointerHash, other.state, now],
  );
}

/** Makes the realm's rows count as rows of no pack. Its publish number stays. */
export function deleteDigests(db: Database, realmId: string): void {
  run(db, "UPDATE realm_kata_index SET row_digest = NULL WHERE realm_id = ? AND row_digest IS NOT NULL", [
    realmId,
  ]);
  deleteBuckets(db, realmId);
}

/** Forgets all that is known of a realm's publishes, its number too. */
export function deletePacks(db: Database, realmId: string): void {
  for (const table of [statesTable, bucketsTable, equivocationsTable]) {
    run(db, `DELETE FROM ${table.name} WHERE realm_id = ?`, [realmId]);
  }
}
