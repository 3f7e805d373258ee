import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { POINTER_PATH } from "../publish/realm-paths.ts";
import { CommandError } from "./command-error.ts";

/**
 * The absolute path of a folder that a person named, with a realm in it.
 *
 * @throws CommandError `folder_not_found`, which says what lies there instead
 */
export function toRealmFolder(given: string, cwd: string): string {
  const folder = resolve(cwd, given);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new CommandError("folder_not_found", `There is no folder at ${given}.`);
  }
  if (!found.isDirectory()) {
    throw new CommandError("folder_not_found", `${given} is a file. Name the folder of the realm.`);
  }
  if ([POINTER_PATH, "index.json"].some((path) => existsSync(join(folder, path)))) return folder;
  throw new CommandError(
    "folder_not_found",
    `${given} is no realm's folder: there is no ${POINTER_PATH} in it.\nName the folder that realms build wrote with --out.`,
  );
}
