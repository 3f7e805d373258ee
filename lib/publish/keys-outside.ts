import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
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
 * Refuses a place for keys that is, or lies in, what a host serves.
 *
 * @param place a file or folder that need not exist yet
 * @param output the realm's folder, where it is known
 * @throws SigningError `keys_in_output`
 */
export function assertOutside(place: string, output?: string): void {
  const real = realPathOf(place);
  const inside = output !== undefined && isWithin(realPathOf(output), real) ? output : findOutputAbove(real);
  if (inside === undefined) return;
  throw new SigningError(
    "keys_in_output",
    `${place} lies in ${inside}, which a host serves. Keys belong elsewhere.`,
  );
}

/** A folder above, or the place itself, that holds a realm's pointer. */
function findOutputAbove(place: string): string | undefined {
  for (let folder = place; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "realm.json")) || existsSync(join(folder, "timestamp.json"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Without symbolic links, as far as the path exists. */
function realPathOf(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  const parent = dirname(absolute);
  return parent === absolute ? absolute : join(realPathOf(parent), relative(parent, absolute));
}

function isWithin(folder: string, place: string): boolean {
  const way = relative(folder, place);
  return !isAbsolute(way) && way.split(sep)[0] !== "..";
}
