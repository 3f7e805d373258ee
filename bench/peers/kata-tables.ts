import { Database } from "bun:sqlite";
import { supportsRonin } from "../../lib/model/compatibility.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import { DEFAULT_RONIN_VERSION, type KataDiscoveryResult } from "../../lib/registry/registry.ts";
import { REALM_ID } from "../home.ts";
import type { ResultsByName } from "./peer.ts";

/**
 * The katas in a database file as the guide has them: one row a version with its searched columns, and all of it
 * as JSON, which is the quickest way back to an object.
 */
export function createKataTable(path: string, katas: ResultsByName): Database {
  const db = new Database(path, { create: true, strict: true });
  db.run("PRAGMA journal_mode = WAL");
  // As the pack has it, in KiB.
  db.run("PRAGMA cache_size = -16384");
  db.run(`CREATE TABLE katas (
    kata_name TEXT NOT NULL, version INTEGER NOT NULL, tags TEXT NOT NULL, description TEXT NOT NULL,
    status TEXT NOT NULL, metadata TEXT NOT NULL, PRIMARY KEY (kata_name, version)
  )`);
  const insert = db.prepare("INSERT INTO katas VALUES (?, ?, ?, ?, ?, ?)");
  db.transaction(() => {
    for (const { versions } of katas.values()) for (const kata of versions) insert.run(...toColumns(kata));
  })();
  return db;
}

function toColumns(kata: RealmKataMetadata): [string, number, string, string, string, string] {
  const { name, version, tags, description = "", status = "active" } = kata;
  return [name, Number(version.slice(1)), JSON.stringify(tags), description, status, JSON.stringify(kata)];
}

/** Full results for these names, in their order, with one statement. */
export function readResults(db: Database, names: readonly string[]): KataDiscoveryResult[] {
  const rows = db
    .query<{ metadata: string }, [string]>(
      `SELECT metadata FROM json_each(?) AS wanted JOIN katas ON kata_name = wanted.value
       ORDER BY wanted.key, version DESC`,
    )
    .all(JSON.stringify(names));
  const results: KataDiscoveryResult[] = [];
  for (const { metadata } of rows) {
    const kata: RealmKataMetadata = JSON.parse(metadata);
    let result = results.at(-1);
    if (result?.name !== kata.name) {
      result = { name: kata.name, versions: [], fromRealm: REALM_ID, compatibleVersions: [] };
      results.push(result);
    }
    result.versions.push(kata);
    if (supportsRonin(kata, DEFAULT_RONIN_VERSION)) result.compatibleVersions.push(kata);
  }
  return results;
}
