import { join } from "node:path";

/**
 * The file that the sync's child process runs: `lib/sync/child.ts` in a checkout, else `sync.mjs` of the built
 * pack, beside what a host loads of it or one folder over from the command. Which it is tells the name of this
 * file, which in the built pack is a part of another.
 */
export function syncEntryPath(): string {
  if (import.meta.file === "sync-entry.ts") return join(import.meta.dir, "../sync/child.ts");
  const isCommand = import.meta.file === "realms.js";
  return join(import.meta.dir, isCommand ? "../agents/ronin-realms/sync.mjs" : "sync.mjs");
}
