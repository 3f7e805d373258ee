import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type KeyRole, type SealedKey, sealedKeySchema } from "../trust/sealed-key.ts";
import { SigningError } from "../trust/signing-error.ts";
import { keyIdIn, newestOf, type PublishedRoot, parseRootChain, type RootChain } from "./root-chain.ts";

/*
 * A realm's keys folder: `root.key.json` and `online.key.json`, sealed, and `roots/<n>.root.json`, which are public
 * and go with them so that the next root can be made offline. The machine that signs every week needs
 * `online.key.json` alone.
 */

/** @throws SigningError `keys_damaged` */
export function findSealedKey(folder: string, role: KeyRole): SealedKey | undefined {
  const path = join(folder, keyFile(role));
  return existsSync(path) ? readSealed(path, role) : undefined;
}

/** @throws SigningError `keys_missing`, `keys_damaged` */
export function getSealedKey(folder: string, role: KeyRole): SealedKey {
  const sealed = findSealedKey(folder, role);
  if (sealed !== undefined) return sealed;
  throw new SigningError(
    "keys_missing",
    `There is no ${keyFile(role)} in ${folder}. Name the folder with --keys, or restore a backup: realms keys restore`,
  );
}

/** Where the roots lie in a keys folder. */
export function rootsIn(keys: string): string {
  return join(keys, "roots");
}

/** The roots in this very folder, undefined when it holds none. @throws SigningError `root_chain_broken` */
export function findRoots(roots: string): RootChain | undefined {
  const [first, ...others] = readNumbered(roots);
  return first === undefined ? undefined : parseRootChain([first, ...others]);
}

/** @throws SigningError `keys_missing`, `root_chain_broken` */
export function getRootChain(folder: string): RootChain {
  const chain = findRoots(rootsIn(folder));
  if (chain !== undefined) return chain;
  throw new SigningError("keys_missing", `There are no roots in ${rootsIn(folder)}. Restore a backup.`);
}

/** Bytes of `1.root.json`, `2.root.json` and so on, as far as they go without a gap. */
function readNumbered(folder: string): Buffer[] {
  const files: Buffer[] = [];
  for (let version = 1; existsSync(join(folder, `${version}.root.json`)); version += 1) {
    files.push(readFileSync(join(folder, `${version}.root.json`)));
  }
  return files;
}

/** Writes a key for its owner's eyes only, as a whole or not at all. */
export function writeSealedKey(folder: string, sealed: SealedKey): void {
  writePrivate(join(folder, keyFile(sealed.role)), encodeKey(sealed));
}

export function writeRoot(folder: string, { version, bytes }: PublishedRoot): void {
  writePrivate(join(rootsIn(folder), `${version}.root.json`), bytes);
}

/**
 * Puts a new key in the place of one: first the key beside it, then the root that names it, then the exchange. Cut
 * off anywhere, {@link finishReplacement} knows from the newest root which of the two keys counts.
 *
 * @param isKept whether the old key is put aside, sealed as it is, or destroyed
 */
export function placeKey(folder: string, sealed: SealedKey, root: PublishedRoot, isKept: boolean): void {
  writePrivate(join(folder, nextKeyFile(sealed.role)), encodeKey(sealed));
  writeRoot(folder, root);
  exchange(folder, sealed.role, isKept);
}

/** Ends a replacement that was cut off, one way or the other. @throws SigningError `keys_damaged` */
export function finishReplacement(folder: string): void {
  for (const role of ["root", "online"] as const) {
    if (!existsSync(join(folder, nextKeyFile(role)))) continue;
    const next = readSealed(join(folder, nextKeyFile(role)), role);
    const chain = findRoots(rootsIn(folder));
    const isNamed = chain !== undefined && keyIdIn(newestOf(chain), role) === next.id;
    if (isNamed) exchange(folder, role, true);
    else rmSync(join(folder, nextKeyFile(role)));
  }
}

function exchange(folder: string, role: KeyRole, isKept: boolean): void {
  const old = isKept ? findSealedKey(folder, role) : undefined;
  if (old !== undefined) {
    writePrivate(join(folder, "retired", `${role}-${old.id.slice(0, 16)}.key.json`), encodeKey(old));
  }
  renameSync(join(folder, nextKeyFile(role)), join(folder, keyFile(role)));
}

/** Its name in a keys folder. */
export function keyFile(role: KeyRole): string {
  return `${role}.key.json`;
}

function nextKeyFile(role: KeyRole): string {
  return `${role}.next-key.json`;
}

function encodeKey(sealed: SealedKey): string {
  return `${JSON.stringify(sealed, null, 2)}\n`;
}

function readSealed(path: string, role: KeyRole): SealedKey {
  const parsed = sealedKeySchema.safeParse(parseJson(readFileSync(path, "utf8")));
  if (parsed.success && parsed.data.role === role) return parsed.data;
  throw new SigningError("keys_damaged", `${path} is not a sealed ${role} key. Restore it from a backup.`, {
    cause: parsed.error,
  });
}

function writePrivate(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, content, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is no key, and the schema says so.
    return undefined;
  }
}
