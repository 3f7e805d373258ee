import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Long enough for any process that is at work on such a file to be done with it. */
const MIN_AGE_MS = 60_000;
/** What the pack appends: a process id or six random bytes. A person's own copy has another name. */
const STAGED = /^\.(?:\d+|[0-9a-f]{12})$/;

/**
 * Removes what a process left beside `path` that was killed between writing `<path>.<something>` and giving it its
 * name. A folder that is not there has nothing of it.
 *
 * @param now milliseconds since 1970
 */
export function removeLeftovers(path: string, now: number): void {
  const name = basename(path);
  for (const entry of listFolder(dirname(path))) {
    if (!entry.startsWith(name) || !STAGED.test(entry.slice(name.length))) continue;
    const staged = join(dirname(path), entry);
    if (now - (modifiedAt(staged) ?? now) >= MIN_AGE_MS) {
      rmSync(staged, { force: true });
    }
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Not made yet, or not to be read: then nothing of ours is in it.
    return [];
  }
}

function modifiedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
