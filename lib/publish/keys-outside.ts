import { existsSync, readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { SigningError } from "../trust/signing-error.ts";

/** @throws SigningError `keys_exist` */
export function assertEmpty(folder: string): void {
  const found = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith(".")) : [];
  if (found.length === 0) return;
  throw new SigningError(
    "keys_exist",
    `${folder} holds ${found[0]} already. Keys are never overwritten: name another folder with --keys.`,
  );
}

/**
 * Refuses a place for keys that is, or lies in, what a host serves: a folder with a realm's pointer or metadata.
 *
 * @param place a file or folder that need not exist yet
 * @throws SigningError `keys_in_output`
 */
export function assertOutside(place: string): void {
  for (let folder = realPathOf(place); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "realm.json")) || existsSync(join(folder, "timestamp.json"))) {
      throw new SigningError(
        "keys_in_output",
        `${place} lies in ${folder}, which a host serves. Keys belong elsewhere.`,
      );
    }
    if (dirname(folder) === folder) return;
  }
}

/** Without symbolic links, as far as the path exists. */
function realPathOf(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  const parent = dirname(absolute);
  return parent === absolute ? absolute : join(realPathOf(parent), basename(absolute));
}
