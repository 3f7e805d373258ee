import type { Database } from "bun:sqlite";
import { BUCKETS, sortedBucketDigest, stateOf } from "../trust/state.ts";
import { deleteBuckets, upsertBucket } from "./buckets-table.ts";
import { DIGEST_BYTES, digestAt, includesDigest, sortDigests } from "./digest-list.ts";

/** The digests of all rows of a realm, gathered from nothing. */
export interface BaseBuckets {
  /** @throws RangeError for one more than there is room for */
  put(bucket: number, digest: Uint8Array): void;
  has(bucket: number, digest: Uint8Array): boolean;
  /** The realm's state. Nothing can be put any more. */
  state(): string;
  /** Stores them in the place of all that is stored, inside the caller's transaction. */
  save(db: Database, realmId: string): void;
}

/**
 * Everything lies in two blocks of memory, 66 bytes a row: an object for each digest of a million rows would take
 * more than the whole sync may.
 *
 * @param maxRows how many will be put at most
 */
export function createBaseBuckets(maxRows: number): BaseBuckets {
  const digests = new Uint8Array(maxRows * DIGEST_BYTES);
  const bucketOfRow = new Uint16Array(maxRows);
  let rows = 0;
  let sorted: SortedBuckets | undefined;
  const finish = (): SortedBuckets => {
    sorted ??= sortBuckets(digests, bucketOfRow, rows);
    return sorted;
  };
  return {
    put(bucket, digest) {
      digests.set(digest, rows * DIGEST_BYTES);
      bucketOfRow[rows] = bucket;
      rows += 1;
    },
    has: (bucket, digest) => includesDigest(finish().rowsOf(bucket), digest),
    state: () => stateOf(finish().digests),
    save(db, realmId) {
      deleteBuckets(db, realmId);
      const { digests, rowsOf } = finish();
      for (const [bucket, digest] of digests) upsertBucket(db, realmId, bucket, digest, rowsOf(bucket));
    },
  };
}

interface SortedBuckets {
  /** Of each bucket that holds a row. */
  digests: Map<number, Uint8Array>;
  /** The bucket's row digests, sorted. */
  rowsOf(bucket: number): Uint8Array;
}

/** A counting sort by bucket, then each bucket by itself. */
function sortBuckets(unsorted: Uint8Array, bucketOfRow: Uint16Array, rows: number): SortedBuckets {
  const counts = new Uint32Array(BUCKETS);
  for (const bucket of bucketOfRow.subarray(0, rows)) counts[bucket] = (counts[bucket] ?? 0) + 1;
  const starts = new Uint32Array(BUCKETS + 1);
  for (const [bucket, count] of counts.entries()) starts[bucket + 1] = (starts[bucket] ?? 0) + count;

  const sorted = new Uint8Array(rows * DIGEST_BYTES);
  const next = starts.slice();
  for (const [row, bucket] of bucketOfRow.subarray(0, rows).entries()) {
    const place = next[bucket] ?? 0;
    sorted.set(digestAt(unsorted, row), place * DIGEST_BYTES);
    next[bucket] = place + 1;
  }

  const rowsOf = (bucket: number): Uint8Array =>
    sorted.subarray((starts[bucket] ?? 0) * DIGEST_BYTES, (starts[bucket + 1] ?? 0) * DIGEST_BYTES);
  const digests = new Map<number, Uint8Array>();
  for (const [bucket, count] of counts.entries()) {
    if (count === 0) continue;
    const block = rowsOf(bucket);
    sortDigests(block);
    digests.set(bucket, sortedBucketDigest(block));
  }
  return { digests, rowsOf };
}
