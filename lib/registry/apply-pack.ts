import type { Database } from "bun:sqlite";
import { RegistryError } from "../errors.ts";
import type { Realm } from "../model/realm.ts";
import type { PackRow } from "../model/wire.ts";
import { bucketOf } from "../trust/state.ts";
import { createBaseBuckets } from "./base-buckets.ts";
import { createDeltaBuckets } from "./delta-buckets.ts";
import { createFirstKatas } from "./first-katas.ts";
import { removeForeignRows } from "./foreign-rows.ts";
import { toIndexRow } from "./index-row.ts";
import { countRows, hasRows, selectKata, upsertPackedRow } from "./index-table.ts";
import { changeOf, deleteAll, type IndexChanges } from "./index-writes.ts";
import { createNameRefresher } from "./name-refresher.ts";
import { assertImmutable, digestOf } from "./pack-rows.ts";
import { upsertState } from "./pack-tables.ts";
import { isSearchable } from "./refresh-katas.ts";
import type { Row } from "./sql.ts";
import { type RealmValidator, upsertValidator } from "./validators-table.ts";
import { write } from "./write.ts";

/** A row of a pack with the SHA-256 of the line that it came in. */
export interface DigestedRow {
  row: PackRow;
  digest: Uint8Array;
}

/** What brings a realm's index to a new state. */
export interface PackUpdate {
  realm: Pick<Realm, "id" | "type" | "url">;
  /**
   * `base`: the rows are all there are. `delta`: they are upserts on what is stored. `anew`: as a base, and what is
   * stored goes unseen.
   */
  kind: "base" | "delta" | "anew";
  /**
   * Read once, inside the transaction: what it throws rolls everything back. In publishing order, by name and then
   * oldest first; each version comes once.
   */
  rows: Iterable<DigestedRow>;
  /** What the pointer promises. */
  target: { seq: number; state: string; rows: number; pointerHash: string };
  /** Stored with the rows: it says that they are there. */
  validator: RealmValidator;
}

/**
 * Applies packs in one transaction: all of their rows are stored and the realm is in the state that its pointer
 * names, or nothing has changed. Memory does not grow with the rows, but for 66 bytes each of a base.
 *
 * @throws RegistryError `hash_conflict`, `row_disappeared` for a base, `state_mismatch`; what reading the rows
 *   throws
 */
export function applyPack(db: Database, update: PackUpdate): IndexChanges {
  return write(db, () => {
    if (update.kind === "delta") return applyDelta(db, update);
    if (update.kind === "anew") deleteAll(db, update.realm.id);
    return applyBase(db, update);
  });
}

function applyBase(db: Database, update: PackUpdate): IndexChanges {
  const { realm, target } = update;
  const buckets = createBaseBuckets(target.rows);
  let rows = 0;
  const changes = storeRows(db, update, ({ name, version }, _before, digest) => {
    rows += 1;
    if (rows > target.rows) throw wrongState(realm.id, `more than ${target.rows} rows`);
    buckets.put(bucketOf(name, version), digest);
  });
  if (countRows(db, realm.id) > rows) removeForeignRows(db, realm.id, buckets);
  finish(db, update, buckets.state());
  buckets.save(db, realm.id);
  return changes;
}

function applyDelta(db: Database, update: PackUpdate): IndexChanges {
  const { realm, target } = update;
  const buckets = createDeltaBuckets(db, realm.id);
  const changes = storeRows(db, update, ({ name, version }, before, digest) => {
    buckets.replace(bucketOf(name, version), digestOf(before), digest);
  });
  finish(db, update, buckets.state());
  buckets.save();
  const touched = changes.added + changes.updated + changes.withdrawn;
  return { ...changes, unchanged: target.rows - touched };
}

/** Stores each row that is new or says something else than the stored one, as all of it or an error. */
function storeRows(
  db: Database,
  { realm, rows }: PackUpdate,
  onRow: (row: PackRow, before: Row | undefined, digest: Uint8Array) => void,
): IndexChanges {
  const changes: IndexChanges = { added: 0, updated: 0, withdrawn: 0, unchanged: 0 };
  const isFirst = !hasRows(db, realm.id);
  const wasSearchable = isSearchable(db, realm.id);
  const search =
    isFirst && !wasSearchable ? createFirstKatas(db, realm.id) : createNameRefresher(db, realm.id);
  for (const { row, digest } of rows) {
    const next = toIndexRow(realm, row);
    const before = isFirst ? undefined : selectKata(db, realm.id, row.name, row.version);
    assertImmutable(realm.id, before, next, digest);
    onRow(row, before, digest);
    const change = changeOf(before, next);
    changes[change] += 1;
    if (change !== "unchanged" || !wasSearchable) search.touch(row);
    if (change === "unchanged" && isDigestStored(before, digest)) continue;
    upsertPackedRow(db, next, digest);
  }
  search.finish();
  return changes;
}

function isDigestStored(before: Row | undefined, digest: Uint8Array): boolean {
  const stored = digestOf(before);
  return stored !== undefined && Buffer.compare(stored, digest) === 0;
}

/** The two numbers that nothing wrong or left out can survive; then what the next sync starts from. */
function finish(db: Database, { realm, target, validator }: PackUpdate, state: string): void {
  const rows = countRows(db, realm.id);
  if (rows !== target.rows) throw wrongState(realm.id, `${rows} rows where ${target.rows} are named`);
  if (state !== target.state) throw wrongState(realm.id, `the state ${state} where ${target.state} is named`);
  upsertState(db, realm.id, target);
  upsertValidator(db, realm, validator);
}

function wrongState(realmId: string, found: string): RegistryError {
  return new RegistryError(
    "state_mismatch",
    `After applying what ${realmId} sent, the index would hold ${found}. It was left as it was.`,
  );
}
