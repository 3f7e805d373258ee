import type { Database } from "bun:sqlite";
import { bucketDigest, stateOf } from "../trust/state.ts";
import { selectBucketDigests, selectRowDigests, upsertBucket } from "./buckets-table.ts";
import { splitDigests } from "./digest-list.ts";

/** The digests of a realm's stored rows, of which only the touched buckets are read, hashed and written again. */
export interface DeltaBuckets {
  /** Puts a row's digest into the place of the one that it had, undefined for a new row. */
  replace(bucket: number, before: Uint8Array | undefined, digest: Uint8Array): void;
  /** The realm's state after all that was replaced. */
  state(): string;
  /** Stores the touched buckets, inside the caller's transaction. */
  save(): void;
}

export function createDeltaBuckets(db: Database, realmId: string): DeltaBuckets {
  // One character a byte: a realm can choose names so that all of its rows are in one bucket, and a list would
  // have to be searched for each row.
  const touched = new Map<number, Set<string>>();
  const open = (bucket: number): Set<string> => {
    const known = touched.get(bucket);
    if (known !== undefined) return known;
    const rows = new Set(splitDigests(selectRowDigests(db, realmId, bucket)).map(toText));
    touched.set(bucket, rows);
    return rows;
  };
  return {
    replace(bucket, before, digest) {
      const rows = open(bucket);
      // One that is not there was edited away, and then the state comes out wrong.
      if (before !== undefined) rows.delete(toText(before));
      rows.add(toText(digest));
    },
    state() {
      const digests = selectBucketDigests(db, realmId);
      for (const [bucket, rows] of touched) digests.set(bucket, bucketDigest(toSorted(rows)));
      return stateOf(digests);
    },
    save() {
      for (const [bucket, rows] of touched) {
        const sorted = toSorted(rows);
        upsertBucket(db, realmId, bucket, bucketDigest(sorted), Buffer.concat(sorted));
      }
    },
  };
}

function toText(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString("latin1");
}

function toSorted(rows: ReadonlySet<string>): Uint8Array[] {
  return Array.from(rows, (text) => Buffer.from(text, "latin1")).sort(Buffer.compare);
}
