import type { Database } from "bun:sqlite";
import { RegistryError } from "../errors.ts";
import { hashSchema } from "../model/kata.ts";
import type { TableSpec } from "./ensure-table.ts";
import { parseInput } from "./input.ts";
import { first, run } from "./sql.ts";

/** Kata sources by the SHA-256 of their bytes, kept while a request or a receipt names them. */
export const sourcesTable: TableSpec = {
  name: "kata_sources",
  key: ["source_hash"],
  columns: { source_hash: "TEXT PRIMARY KEY NOT NULL", bytes: "BLOB NOT NULL" },
};

/** Stores bytes that the caller has verified. They replace what lay there, which may have been damaged. */
export function insertSource(db: Database, hash: string, bytes: Uint8Array): void {
  run(
    db,
    "INSERT INTO kata_sources (source_hash, bytes) VALUES (?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes",
    [parseInput(hashSchema, hash, ["hash"]), bytes],
  );
}

/** The bytes as they lie in the file: the caller verifies them, as it would a download. */
export function selectSource(db: Database, hash: string): Uint8Array | undefined {
  const bytes = first(db, "SELECT bytes FROM kata_sources WHERE source_hash = ?", [hash])?.bytes;
  if (bytes === undefined || bytes instanceof Uint8Array) return bytes;
  throw new RegistryError("invalid_input", "kata_sources.bytes: the stored value is not a blob.");
}

/**
 * Drops the sources that no open or approved request offers and no receipt names. Returns how many.
 *
 * An offer list that is not JSON names nothing: a source dropped too early is fetched again.
 */
export function deleteUnusedSources(db: Database): number {
  return run(
    db,
    `DELETE FROM kata_sources
     WHERE NOT EXISTS (
       SELECT 1 FROM kata_install_receipts AS receipt WHERE receipt.source_hash = kata_sources.source_hash
     )
     AND NOT EXISTS (
       SELECT 1 FROM kata_install_requests AS request,
         json_each(CASE WHEN json_valid(request.offers) THEN request.offers ELSE '[]' END) AS offer
       WHERE request.status IN ('pending', 'approved')
         AND offer.type = 'object' AND offer.value ->> 'sourceHash' = kata_sources.source_hash
     )`,
  );
}
