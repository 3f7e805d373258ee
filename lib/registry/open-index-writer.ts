import { Database } from "bun:sqlite";
import type { Clock } from "../clock.ts";
import type { Realm } from "../model/realm.ts";
import { selectRealmIds } from "./index-table.ts";
import { clearIndex } from "./index-writes.ts";
import { createPackIndex, type PackIndex } from "./pack-index.ts";
import { RealmsRegistry } from "./registry.ts";
import { all } from "./sql.ts";

export interface IndexWriterOptions {
  indexPath: string;
  /** The realms whose rows are written. */
  realms: readonly Realm[];
  clock: Clock;
}

export interface IndexWriter {
  /** Over the index file and records in memory, which hold these realms without their keys. */
  registry: RealmsRegistry;
  packs: PackIndex;
  /** Moves what was committed from the log into the file, so that readers stay fast and the log stays short. */
  checkpoint(): void;
  /** Drops what is cached of any realm but these. */
  keepOnly(realmIds: readonly string[]): void;
  /** Drops what is cached of this realm. */
  forget(realmId: string): void;
  close(): void;
}

/** Milliseconds to wait for a reader or another writer. Only for a process that nobody waits for. */
const BUSY_TIMEOUT_MS = 15_000;

/**
 * Opens the index file for a sync, which is the one thing that writes many rows: with the log moved into the file
 * by {@link IndexWriter.checkpoint} and at no other time. Readers see each commit whole or not at all, and a
 * process that is killed leaves the state before it or after it.
 *
 * @throws RegistryBusyError; RegistryError `schema_conflict`; SQLiteError for a file that is no index
 */
export function openIndexWriter({ indexPath, realms, clock }: IndexWriterOptions): IndexWriter {
  const index = new Database(indexPath, { create: true, readwrite: true, strict: true });
  const records = new Database(":memory:", { strict: true });
  const close = (): void => {
    records.close();
    index.close();
  };
  try {
    index.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    index.run("PRAGMA journal_mode = WAL");
    index.run("PRAGMA wal_autocheckpoint = 0");
    // A lost commit is a sync to repeat; a torn one is impossible in WAL mode either way.
    index.run("PRAGMA synchronous = NORMAL");
    const registry = new RealmsRegistry(records, { index, clock });
    for (const { apiKey: _, ...realm } of realms) registry.registerRealm(realm);
    // A reader that holds on for too long only puts it off to the next one.
    const checkpoint = (): void => void all(index, "PRAGMA wal_checkpoint(TRUNCATE)");
    // A sync that was killed behind its commit left a log, and one that finds nothing new would leave it too.
    checkpoint();
    return {
      registry,
      packs: createPackIndex(index, clock),
      checkpoint,
      keepOnly: (realmIds) => {
        const withState = all(index, "SELECT realm_id FROM realm_states").map((row) => String(row.realm_id));
        const stored = new Set([...selectRealmIds(index), ...withState]);
        for (const id of stored) if (!realmIds.includes(id)) clearIndex(index, id);
      },
      forget: (realmId) => clearIndex(index, realmId),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}
