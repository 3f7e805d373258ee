/*
 * The floor of a first sync, in a process of its own: the insert statements that storing the realm runs, and
 * nothing around them. No process, no download, no inflating, no checking, no hashing. They are taken down once
 * from a database in memory; each run of the floor puts them, prepared once and in one transaction, into an empty
 * index file that is opened and checkpointed as the sync does it.
 */
import { Database } from "bun:sqlite";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../lib/clock.ts";
import { sortRows, stateOfRows, toPublishedRow } from "../../lib/publish/published-row.ts";
import { openIndexWriter } from "../../lib/registry/open-index-writer.ts";
import { createPackIndex } from "../../lib/registry/pack-index.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { rowDigest } from "../../lib/trust/state.ts";
import { REALM_ID } from "../home.ts";
import { firstRows } from "../katas.ts";
import { type Insert, recordInserts } from "./insert-recorder.ts";

/** What one run of the floor says. */
export interface FloorRun {
  ms: number;
  inserts: number;
  /** Rows of the index table afterwards. */
  rows: number;
}

const [folder = "", sizeText = ""] = Bun.argv.slice(2);
const inserts = takeDown(Number(sizeText));
process.on("message", () => process.send?.(runFloor(inserts)));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");

function takeDown(size: number): Insert[] {
  const sorted = sortRows(
    new Map(firstRows(size).map((row) => [`${row.name}@${row.version}`, toPublishedRow(row)])),
  );
  using db = new Database(":memory:", { strict: true });
  new RealmsRegistry(db, { clock: systemClock });
  const inserts = recordInserts(db);
  createPackIndex(db, systemClock).apply({
    realm: { id: REALM_ID, type: "custom", url: "http://127.0.0.1" },
    kind: "base",
    rows: sorted.map(({ row, line }) => ({ row, digest: rowDigest(line) })),
    target: { seq: 1, state: stateOfRows(sorted), rows: sorted.length, pointerHash: "0".repeat(64) },
    validator: {},
  });
  return inserts;
}

function runFloor(inserts: readonly Insert[]): FloorRun {
  const path = join(folder, "floor.db");
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  openIndexWriter({ indexPath: path, realms: [], clock: systemClock }).close();
  using db = new Database(path, { strict: true });
  db.run("PRAGMA journal_mode = WAL");
  db.run("PRAGMA wal_autocheckpoint = 0");
  db.run("PRAGMA synchronous = NORMAL");
  Bun.gc(true);
  const startedAt = performance.now();
  const statements = new Map(
    [...new Set(inserts.map(({ sql }) => sql))].map((sql) => [sql, db.prepare(sql)]),
  );
  db.run("BEGIN IMMEDIATE");
  for (const { sql, params } of inserts) statements.get(sql)?.run(...params);
  db.run("COMMIT");
  db.query("PRAGMA wal_checkpoint(TRUNCATE)").all();
  const ms = performance.now() - startedAt;
  const { rows } = db.query<{ rows: number }, []>("SELECT count(*) AS rows FROM realm_kata_index").get() ?? {
    rows: 0,
  };
  return { ms, inserts: inserts.length, rows };
}
