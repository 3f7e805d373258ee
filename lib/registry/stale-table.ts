import type { Database } from "bun:sqlite";
import * as z from "zod";
import { RegistryError } from "../errors.ts";
import type { TableSpec } from "./ensure-table.ts";
import { parseInput, personSchema } from "./input.ts";
import { parseRow } from "./row.ts";
import { all, run } from "./sql.ts";

/** A person's decision that a realm with expired signatures may be installed from for a while. */
export interface StaleAcceptance {
  realmId: string;
  /** Milliseconds since 1970, both. */
  at: number;
  until: number;
  by: string;
}

export const MAX_ACCEPTANCE_MS = 30 * 24 * 3_600_000;

export const staleTable: TableSpec = {
  name: "realm_stale_acceptances",
  key: ["id"],
  columns: {
    id: "TEXT PRIMARY KEY NOT NULL",
    realm_id: "TEXT NOT NULL",
    accepted_at: "INTEGER NOT NULL",
    accepted_until: "INTEGER NOT NULL",
    accepted_by: "TEXT NOT NULL",
  },
};

/** @throws RegistryError `invalid_input` */
export function insertAcceptance(
  db: Database,
  realmId: string,
  by: string,
  until: number,
  now: number,
): StaleAcceptance {
  const acceptance = {
    realmId,
    at: now,
    until: parseInput(z.int(), until, ["until"]),
    by: parseInput(personSchema, by, ["by"]),
  };
  if (until <= now || until - now > MAX_ACCEPTANCE_MS) {
    throw new RegistryError("invalid_input", "until: expected a time within the next 30 days");
  }
  run(
    db,
    `INSERT INTO realm_stale_acceptances (id, realm_id, accepted_at, accepted_until, accepted_by)
     VALUES (?, ?, ?, ?, ?)`,
    [crypto.randomUUID(), realmId, now, until, acceptance.by],
  );
  return acceptance;
}

/** Newest first. */
export function selectAcceptances(db: Database, realmId: string): StaleAcceptance[] {
  const rows = all(
    db,
    "SELECT * FROM realm_stale_acceptances WHERE realm_id = ? ORDER BY accepted_at DESC, rowid DESC",
    [realmId],
  );
  return rows.map((row) => parseRow(staleTable.name, acceptanceRowSchema, row));
}

const acceptanceRowSchema = z
  .object({
    realm_id: z.string(),
    accepted_at: z.int(),
    accepted_until: z.int(),
    accepted_by: z.string(),
  })
  .transform(
    (row): StaleAcceptance => ({
      realmId: row.realm_id,
      at: row.accepted_at,
      until: row.accepted_until,
      by: row.accepted_by,
    }),
  );
