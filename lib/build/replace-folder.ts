import { renameSync, rmSync } from "node:fs";

const MAX_TRIES = 5;

/**
 * Puts `staged` in the place of `target`, both on one file system. A folder cannot be renamed over another, so
 * the old one steps aside first; when another process put a new one there in between, that one does too. When
 * `staged` cannot take the place, the old folder goes back and the error is thrown.
 */
export function replaceFolder(staged: string, target: string): void {
  for (let tries = 1; ; tries++) {
    const old = `${staged}.old-${tries}`;
    const hadOld = tryRename(target, old, "ENOENT");
    try {
      if (tryRename(staged, target, "ENOTEMPTY", "EEXIST")) {
        rmSync(old, { recursive: true, force: true });
        return;
      }
      if (tries === MAX_TRIES) throw new Error(`${target} is being written by another process.`);
    } catch (error) {
      if (hadOld) tryRename(old, target, "ENOTEMPTY", "EEXIST");
      throw error;
    }
    rmSync(old, { recursive: true, force: true });
  }
}

/** False when the rename failed with one of these codes. */
function tryRename(from: string, to: string, ...expected: string[]): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && expected.includes(String(error.code))) return false;
    throw error;
  }
}
