import type { Database } from "bun:sqlite";
import * as z from "zod";
import { RegistryError } from "../errors.ts";
import type { TableSpec } from "./ensure-table.ts";
import { parseInput, personSchema } from "./input.ts";
import { parseRow, withoutNulls } from "./row.ts";
import { all, run } from "./sql.ts";
import { deleteTrust } from "./trust-table.ts";
import { write } from "./write.ts";

/** A person's decision to meet a realm as if for the first time: it was rebuilt, or its keys were lost. */
export interface TrustReset {
  realmId: string;
  /** Milliseconds since 1970. */
  at: number;
  by: string;
  /** The fingerprint that is no longer insisted on. */
  root?: string;
  /** The publish number below which the realm was refused. */
  seq?: number;
}

export const resetsTable: TableSpec = {
  name: "realm_trust_resets",
  key: ["id"],
  columns: {
    id: "TEXT PRIMARY KEY NOT NULL",
    realm_id: "TEXT NOT NULL",
    reset_at: "INTEGER NOT NULL",
    reset_by: "TEXT NOT NULL",
    root: "TEXT",
    seq: "INTEGER",
  },
};

/**
 * Forgets what a realm was and writes down who said so, in one transaction. A root that the realm's settings name
 * still counts.
 *
 * @throws RegistryError `unknown_realm` when nothing is remembered of it, `invalid_input`
 */
export function resetTrust(db: Database, realmId: string, by: string, now: number): TrustReset {
  const person = parseInput(personSchema, by, ["by"]);
  return write(db, () => {
    const trust = deleteTrust(db, realmId);
    if (trust === undefined) {
      throw new RegistryError("unknown_realm", `Nothing is remembered of ${JSON.stringify(realmId)}.`);
    }
    const forgotten = trust.trust === "unsigned" ? {} : { root: trust.root, seq: trust.seq };
    run(
      db,
      "INSERT INTO realm_trust_resets (id, realm_id, reset_at, reset_by, root, seq) VALUES (?, ?, ?, ?, ?, ?)",
      [crypto.randomUUID(), realmId, now, person, forgotten.root ?? null, forgotten.seq ?? null],
    );
    return { realmId, at: now, by: person, ...forgotten };
  });
}

/** Newest first. */
export function selectResets(db: Database, realmId: string): TrustReset[] {
  const rows = all(
    db,
    "SELECT * FROM realm_trust_resets WHERE realm_id = ? ORDER BY reset_at DESC, rowid DESC",
    [realmId],
  );
  return rows.map((row) => parseRow(resetsTable.name, resetRowSchema, row));
}

const resetRowSchema = z
  .object({
    realm_id: z.string(),
    reset_at: z.int(),
    reset_by: z.string(),
    root: z.string().nullable(),
    seq: z.int().nullable(),
  })
  .transform(
    (row): TrustReset =>
      withoutNulls({
        realmId: row.realm_id,
        at: row.reset_at,
        by: row.reset_by,
        root: row.root,
        seq: row.seq,
      }),
  );
