import { Database } from "bun:sqlite";
import { systemClock } from "../clock.ts";
import { RegistryError } from "../errors.ts";
import { clearDamagedIndex, isDamage, isSound } from "./damaged-index.ts";
import { migrate } from "./migrate.ts";
import { indexMigrations } from "./migrations.ts";
import { RealmsRegistry, type RegistryOptions } from "./registry.ts";
import { first, run } from "./sql.ts";

export interface OpenOptions extends Omit<RegistryOptions, "index"> {
  /** The host's own database file, created when it is missing. Its journal mode is left alone. */
  recordsPath: string;
  /** The cache of the realms' indexes: a file of ours beside it. */
  indexPath: string;
  /** For a process that only searches: methods that change the index then throw. Default false. */
  readonlyIndex?: boolean | undefined;
  /** Refuse a records file that the pack has never opened, instead of making its tables there. Default false. */
  mustBeOurs?: boolean | undefined;
}

export interface OpenRegistry {
  registry: RealmsRegistry;
  close(): void;
}

/**
 * Opens the two files and the registry over them. An index file that is broken becomes an empty one: the next
 * sync fills it.
 *
 * @throws RegistryBusyError while another connection holds a file; RegistryError `schema_conflict`, also for a
 *   file that should be ours and is not
 */
export function openRegistry(options: OpenOptions): OpenRegistry {
  const opened: Database[] = [];
  const close = (): void => {
    for (const db of opened.splice(0)) db.close();
  };
  try {
    const records = openFile(options.recordsPath, opened);
    if (options.mustBeOurs === true) assertOurs(records, options.recordsPath);
    const index = openIndex(options, opened);
    return { registry: new RealmsRegistry(records, { ...options, index }), close };
  } catch (error) {
    close();
    throw error;
  }
}

function openFile(path: string, opened: Database[]): Database {
  const db = new Database(path, { create: true, readwrite: true, strict: true });
  opened.push(db);
  // A wait inside SQLite stops the host's event loop; callers pause and try again instead.
  run(db, "PRAGMA busy_timeout = 0");
  return db;
}

function assertOurs(db: Database, path: string): void {
  if (first(db, "SELECT 1 FROM sqlite_schema WHERE name = ?", ["kata_install_requests"]) !== undefined)
    return;
  throw new RegistryError("schema_conflict", `${path} holds no realms: the pack never ran on this database.`);
}

function openIndex(options: OpenOptions, opened: Database[]): Database {
  const db = openFile(options.indexPath, opened);
  if (prepareIndex(db, options)) return db;
  db.close();
  clearDamagedIndex(options.indexPath);
  const rebuilt = openFile(options.indexPath, opened);
  if (!prepareIndex(rebuilt, options))
    throw new Error(`The index ${options.indexPath} is broken and stays so.`);
  return rebuilt;
}

/** False when the file is no database or a damaged one. */
function prepareIndex(db: Database, { readonlyIndex = false, clock = systemClock }: OpenOptions): boolean {
  try {
    // KiB, taken as needed: the default of 2000 is less than what one search of a large index reads.
    run(db, "PRAGMA cache_size = -16384");
    first(db, "PRAGMA journal_mode = WAL");
    migrate(db, indexMigrations, clock.now());
    if (!readonlyIndex) return isSound(db);
    // Copying the log back is the writer's work: it takes as long as the last sync was large.
    first(db, "PRAGMA wal_autocheckpoint = 0");
    run(db, "PRAGMA query_only = 1");
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}
