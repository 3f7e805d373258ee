import { join, resolve } from "node:path";
import { stateDir } from "../runtime/paths.ts";
import { CommandError } from "./command-error.ts";
import type { Surroundings } from "./surroundings.ts";

export interface KeysPlace {
  /** Folder of the keys. */
  keys?: string | undefined;
  realm?: string | undefined;
}

/**
 * Where a realm's keys lie: `--keys`, else a folder of the user's own named after the realm.
 *
 * @throws CommandError `usage` when neither is known
 */
export function toKeysFolder(
  { keys, realm }: KeysPlace,
  { env, cwd }: Pick<Surroundings, "env" | "cwd">,
): string {
  if (keys !== undefined) return resolve(cwd, keys);
  if (realm !== undefined) return join(stateDir(env), "keys", realm);
  throw new CommandError("usage", "Which keys? Name the realm with --realm, or the folder with --keys.");
}
