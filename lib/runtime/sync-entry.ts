import { join } from "node:path";

/**
 * The file that the sync's child process runs: `sync.mjs` beside the built pack, `lib/sync/child.ts` in a
 * checkout. Which of the two is known from the name of this file: in the built pack it is part of another.
 */
export function syncEntryPath(): string {
  const isBuilt = import.meta.file !== "sync-entry.ts";
  return join(import.meta.dir, isBuilt ? "sync.mjs" : "../sync/child.ts");
}
