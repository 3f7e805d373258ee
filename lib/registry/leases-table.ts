import type { Database } from "bun:sqlite";
import * as z from "zod";
import type { TableSpec } from "./ensure-table.ts";
import { parseInput } from "./input.ts";
import { run } from "./sql.ts";

/** One worker at a time across all processes that share the file. */
export const leasesTable: TableSpec = {
  name: "realms_leases",
  key: ["name"],
  columns: {
    name: "TEXT PRIMARY KEY NOT NULL",
    owner: "TEXT NOT NULL",
    /** Milliseconds since 1970. */
    expires_at: "INTEGER NOT NULL",
  },
};

/** Takes a lease that is free, expired or one's own already. False when another owner holds it. */
export function takeLease(db: Database, name: string, owner: string, ttlMs: number, now: number): boolean {
  const taken = run(
    db,
    `INSERT INTO realms_leases (name, owner, expires_at) VALUES (?1, ?2, ?3)
     ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
     WHERE realms_leases.owner = excluded.owner OR realms_leases.expires_at <= ?4`,
    [name, owner, now + parseInput(ttlSchema, ttlMs, ["ttlMs"]), now],
  );
  return taken > 0;
}

const ttlSchema = z.int().positive();

/** Gives up one's own lease; nothing happens when another owner has it by now. */
export function dropLease(db: Database, name: string, owner: string): void {
  run(db, "DELETE FROM realms_leases WHERE name = ? AND owner = ?", [name, owner]);
}
