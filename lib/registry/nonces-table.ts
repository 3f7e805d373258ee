import type { Database } from "bun:sqlite";
import { RegistryError } from "../errors.ts";
import type { TableSpec } from "./ensure-table.ts";
import { run } from "./sql.ts";

/** Nonces of the proofs that decided something: each of them did so once. */
export const noncesTable: TableSpec = {
  name: "kata_approval_nonces",
  key: ["nonce"],
  columns: {
    nonce: "TEXT PRIMARY KEY NOT NULL",
    request_id: "TEXT NOT NULL",
    spent_at: "INTEGER NOT NULL",
  },
};

/**
 * Spends a nonce, inside the transaction of the decision.
 *
 * @param now milliseconds since 1970
 * @throws RegistryError `proof_spent`
 */
export function spendNonce(db: Database, nonce: string, requestId: string, now: number): void {
  const spent = run(
    db,
    "INSERT INTO kata_approval_nonces (nonce, request_id, spent_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    [nonce, requestId, now],
  );
  if (spent === 0) {
    throw new RegistryError("proof_spent", "This proof was used before; a new decision needs a new one.");
  }
}
