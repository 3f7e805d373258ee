import { Database } from "bun:sqlite";
import { closeSync, openSync, writeSync } from "node:fs";
import { first, hasSqliteCode } from "./sql.ts";

/** Whether SQLite says that the file is not what it wrote. */
export function isDamage(error: unknown): boolean {
  return hasSqliteCode(error, "SQLITE_NOTADB") || hasSqliteCode(error, "SQLITE_CORRUPT");
}

/** Looks at every page of the file. It sees what breaks its structure, and not a letter changed within a text. */
export function isSound(db: Database): boolean {
  try {
    return first(db, "PRAGMA quick_check(1)")?.quick_check === "ok";
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/**
 * Makes a damaged index an empty one, in its place: a host that has it open goes on with its old pages until the
 * next commit, and then sees that one. Deleted, the file would stay the host's until it ends. Nobody in this
 * process may have it open.
 */
export function clearDamagedIndex(path: string): void {
  const image = emptyFile();
  const file = openSync(path, "r+");
  try {
    // All else of the file is free space to whoever reads this page.
    writeSync(file, image, 0, image.byteLength, 0);
  } finally {
    closeSync(file);
  }
}

/** The first page of a database without tables, marked as one that is written in WAL mode. */
function emptyFile(): Uint8Array {
  const memory = new Database(":memory:");
  memory.run("PRAGMA user_version = 0");
  const image = memory.serialize();
  memory.close();
  // File format, write and read version: https://sqlite.org/fileformat.html, 1.3.3. In the rollback modes a
  // reader's lock would keep the next writer from going over to WAL.
  image[18] = 2;
  image[19] = 2;
  return image;
}
