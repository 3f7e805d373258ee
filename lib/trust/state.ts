import { sha256Hex } from "./digest.ts";

/** Rows are spread over this many buckets, so that a delta makes a client hash only what it touched. */
export const BUCKETS = 4096;

/** SHA-256 of a pack's line without its newline, 32 bytes. */
export function rowDigest(line: string | Uint8Array): Uint8Array {
  return sha256(line);
}

/** The bucket of a version: the first 12 bits of the SHA-256 of `name@version`. */
export function bucketOf(name: string, version: string): number {
  const [first = 0, second = 0] = sha256(`${name}@${version}`);
  return (first << 4) | (second >> 4);
}

/** Two of these a row are much of what a large sync computes; an object for each would take twice the time. */
function sha256(data: string | Uint8Array): Uint8Array {
  return Bun.SHA256.hash(data) as Uint8Array;
}

/** SHA-256 over a bucket's row digests, sorted bytewise. An empty bucket is the SHA-256 of nothing. */
export function bucketDigest(rowDigests: readonly Uint8Array[]): Uint8Array {
  return sha256(Buffer.concat([...rowDigests].sort(Buffer.compare)));
}

/** {@link bucketDigest} of row digests that are sorted already and lie one behind the other. */
export function sortedBucketDigest(rowDigests: Uint8Array): Uint8Array {
  return sha256(rowDigests);
}

/**
 * The state of a realm: SHA-256 over its 4096 bucket digests in order, as 64 hex digits. Two indexes with one
 * state hold the same rows.
 *
 * @param buckets digest of each bucket; one that is left out is empty
 */
export function stateOf(buckets: ReadonlyMap<number, Uint8Array>): string {
  const empty = bucketDigest([]);
  // One block for one update: 4096 small ones take ten times as long, at every sync and every publish.
  const digests = Buffer.alloc(BUCKETS * empty.byteLength);
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    digests.set(buckets.get(bucket) ?? empty, bucket * empty.byteLength);
  }
  return sha256Hex(digests);
}
