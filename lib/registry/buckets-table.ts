import type { Database } from "bun:sqlite";
import type { TableSpec } from "./ensure-table.ts";
import { all, first, run } from "./sql.ts";

/**
 * The rows of a realm spread over 4096 buckets, so that a delta makes a sync read and hash those it touched and no
 * others. `row_digests` are 32 bytes each, sorted, one behind the other; `digest` is the SHA-256 over them.
 */
export const bucketsTable: TableSpec = {
  name: "realm_buckets",
  key: ["realm_id", "bucket"],
  columns: {
    realm_id: "TEXT NOT NULL",
    bucket: "INTEGER NOT NULL",
    digest: "BLOB NOT NULL",
    row_digests: "BLOB NOT NULL",
  },
  constraint: "UNIQUE (realm_id, bucket)",
};

/** Empty for a bucket without rows, and for a value that was edited into something else: then no state fits. */
export function selectRowDigests(db: Database, realmId: string, bucket: number): Uint8Array {
  const row = first(db, "SELECT row_digests FROM realm_buckets WHERE realm_id = ? AND bucket = ?", [
    realmId,
    bucket,
  ]);
  return row?.row_digests instanceof Uint8Array ? row.row_digests : new Uint8Array();
}

export function selectBucketDigests(db: Database, realmId: string): Map<number, Uint8Array> {
  const rows = all(db, "SELECT bucket, digest FROM realm_buckets WHERE realm_id = ?", [realmId]);
  return new Map(
    rows.flatMap(({ bucket, digest }) =>
      digest instanceof Uint8Array ? [[Number(bucket), digest] as const] : [],
    ),
  );
}

export function upsertBucket(
  db: Database,
  realmId: string,
  bucket: number,
  digest: Uint8Array,
  rowDigests: Uint8Array,
): void {
  run(
    db,
    `INSERT INTO realm_buckets (realm_id, bucket, digest, row_digests) VALUES (?, ?, ?, ?)
     ON CONFLICT (realm_id, bucket) DO UPDATE SET
       digest = excluded.digest, row_digests = excluded.row_digests`,
    [realmId, bucket, digest, rowDigests],
  );
}

export function deleteBuckets(db: Database, realmId: string): void {
  run(db, "DELETE FROM realm_buckets WHERE realm_id = ?", [realmId]);
}
