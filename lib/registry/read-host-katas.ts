import { Database } from "bun:sqlite";
import { type HostKata, selectHostKatas } from "./host-katas.ts";

/** Milliseconds to wait while the host writes. Only for a process that nobody waits for. */
const BUSY_TIMEOUT_MS = 15_000;

/**
 * The host's own katas, oldest first, over a connection of its own that can only read. The file is let go of at
 * once: while somebody reads it, the host cannot commit, and its busy timeout is 0.
 *
 * @throws RegistryBusyError when the file stayed locked; SQLiteError when it cannot be opened
 */
export function readHostKatas(recordsPath: string): HostKata[] {
  const db = new Database(recordsPath, { readonly: true, strict: true });
  try {
    db.run(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    return selectHostKatas(db);
  } finally {
    db.close();
  }
}
