import { Database } from "bun:sqlite";
import type { Clock } from "../clock.ts";
import { RegistryError } from "../errors.ts";
import type { Realm } from "../model/realm.ts";
import { clearDamagedIndex, isDamage, isSound } from "./damaged-index.ts";
import { countRows, selectRealmIds } from "./index-table.ts";
import { clearIndex, replaceIndex } from "./index-writes.ts";
import { takeLastCheck } from "./last-check.ts";
import { migrate } from "./migrate.ts";
import { indexMigrations } from "./migrations.ts";
import { createPackIndex, type PackIndex } from "./pack-index.ts";
import type { RealmsRegistry } from "./registry.ts";
import { all } from "./sql.ts";
import { selectValidator, upsertValidator } from "./validators-table.ts";

export interface IndexWriterOptions {
  indexPath: string;
  /** The realms whose rows are written. */
  realms: readonly Realm[];
  clock: Clock;
}

/** What a sync asks of a registry: the records are not its business. */
export type IndexRegistry = Pick<
  RealmsRegistry,
  "replaceIndex" | "countVersions" | "getRealmValidator" | "setRealmValidator"
>;

export interface IndexWriter {
  /** Over the index file. It knows these realms and no others. */
  registry: IndexRegistry;
  packs: PackIndex;
  /** Moves what was committed from the log into the file, so that readers stay fast and the log stays short. */
  checkpoint(): void;
  /** Drops what is cached of any realm but these. */
  keepOnly(realmIds: readonly string[]): void;
  /** @param isInDoubt the file is to be looked at as a whole when it is opened next. Default false. */
  close(isInDoubt?: boolean): void;
}

/** Milliseconds to wait for a reader or another writer. Only for a process that nobody waits for. */
const BUSY_TIMEOUT_MS = 15_000;

/**
 * Opens the index file for a sync, which is the one thing that writes many rows: with the log moved into the file
 * by {@link IndexWriter.checkpoint} and at no other time. Readers see each commit whole or not at all, and a
 * process that is killed leaves the state before it or after it.
 *
 * A damaged file becomes an empty index, which the syncs fill again. It is looked at as a whole about once a day and
 * after a writer that did not end well: reading all pages takes seconds where there are a million rows.
 *
 * @throws RegistryBusyError; RegistryError `schema_conflict`
 */
export function openIndexWriter(options: IndexWriterOptions): IndexWriter {
  const { indexPath, realms, clock } = options;
  const { isDue, checkedAt, noteClosed } = takeLastCheck(indexPath, clock.now());
  const index = openSound(indexPath, isDue);
  try {
    migrate(index, indexMigrations, clock.now());
    return {
      registry: createIndexRegistry(index, realms),
      packs: createPackIndex(index, clock),
      checkpoint: () => checkpoint(index),
      keepOnly: (realmIds) => {
        const withState = all(index, "SELECT realm_id FROM realm_states").map((row) => String(row.realm_id));
        const stored = new Set([...selectRealmIds(index), ...withState]);
        for (const id of stored) if (!realmIds.includes(id)) clearIndex(index, id);
      },
      close(isInDoubt = false) {
        index.close();
        if (!isInDoubt) noteClosed(isDue ? clock.now() : checkedAt);
      },
    };
  } catch (error) {
    index.close();
    throw error;
  }
}

function createIndexRegistry(index: Database, realms: readonly Realm[]): IndexRegistry {
  const find = (realmId: string): Realm => {
    const realm = realms.find(({ id }) => id === realmId);
    if (realm === undefined) throw new RegistryError("unknown_realm", `The sync has no realm ${realmId}.`);
    return realm;
  };
  return {
    replaceIndex: (realmId, katas, options = {}) => replaceIndex(index, find(realmId), katas, options),
    countVersions: (realmId) => countRows(index, realmId),
    getRealmValidator: (realmId) => selectValidator(index, find(realmId)),
    setRealmValidator: (realmId, validator) => upsertValidator(index, find(realmId), validator),
  };
}

function openSound(path: string, isDue: boolean): Database {
  const found = openWriting(path);
  if (found !== undefined && (!isDue || isSound(found))) return found;
  found?.close();
  clearDamagedIndex(path);
  const cleared = openWriting(path);
  // A log that a reader held on to may have covered it. The next sync has another try.
  if (cleared !== undefined && isSound(cleared)) return cleared;
  cleared?.close();
  throw new Error(`The index ${path} is damaged, and another process keeps it so.`);
}

/** Undefined for a file that is no database or cannot be read as one. */
function openWriting(path: string): Database | undefined {
  const index = new Database(path, { create: true, readwrite: true, strict: true });
  try {
    index.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    index.run("PRAGMA journal_mode = WAL");
    index.run("PRAGMA wal_autocheckpoint = 0");
    // A lost commit is a sync to repeat; a torn one is impossible in WAL mode either way.
    index.run("PRAGMA synchronous = NORMAL");
    // A sync that was killed behind its commit left a log, and one that finds nothing new would leave it too.
    checkpoint(index);
    return index;
  } catch (error) {
    index.close();
    if (isDamage(error)) return undefined;
    throw error;
  }
}

/** A reader that holds on for too long only puts it off to the next one. */
function checkpoint(index: Database): void {
  all(index, "PRAGMA wal_checkpoint(TRUNCATE)");
}
