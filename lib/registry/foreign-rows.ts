import type { Database } from "bun:sqlite";
import { RegistryError } from "../errors.ts";
import { bucketOf } from "../trust/state.ts";
import type { BaseBuckets } from "./base-buckets.ts";
import { selectBucketDigests, selectRowDigests } from "./buckets-table.ts";
import { includesDigest } from "./digest-list.ts";
import { createNameRefresher } from "./name-refresher.ts";
import { digestOf } from "./pack-rows.ts";
import { all, type Row, run } from "./sql.ts";

const ROWS_AT_ONCE = 1000;

/**
 * Looks at the stored rows that a base does not hold. One that an earlier pack brought has disappeared, which a
 * published row never does. One that none brought was put there by somebody else, and goes. In a realm that had no
 * packs yet every row was published.
 *
 * @param buckets those of the base
 * @throws RegistryError `row_disappeared`
 */
export function removeForeignRows(db: Database, realmId: string, buckets: BaseBuckets): void {
  const hadPacks = selectBucketDigests(db, realmId).size > 0;
  const names = createNameRefresher(db, realmId);
  for (const row of readRows(db, realmId)) {
    const [name, version, digest] = [String(row.kata_name), String(row.kata_version), digestOf(row)];
    const bucket = bucketOf(name, version);
    if (digest !== undefined && buckets.has(bucket, digest)) continue;
    const wasBrought = digest !== undefined && includesDigest(selectRowDigests(db, realmId, bucket), digest);
    if (!hadPacks || wasBrought) throw disappeared(realmId, name, version);
    run(db, "DELETE FROM realm_kata_index WHERE rowid = ?", [Number(row.rowid)]);
    names.touch({ name });
  }
  names.finish();
}

/** A page at a time, in an order that removing rows does not disturb. */
function* readRows(db: Database, realmId: string): Generator<Row> {
  let after = Number.MIN_SAFE_INTEGER;
  for (;;) {
    const rows = all(
      db,
      `SELECT rowid, kata_name, kata_version, row_digest FROM realm_kata_index
       WHERE rowid > ? AND realm_id = ? ORDER BY rowid LIMIT ?`,
      [after, realmId, ROWS_AT_ONCE],
    );
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = Number(last.rowid);
  }
}

function disappeared(realmId: string, name: string, version: string): RegistryError {
  return new RegistryError(
    "row_disappeared",
    `${name} ${version} was published in ${realmId} and is missing from its packs. A version is withdrawn by its status, never left out.`,
  );
}
