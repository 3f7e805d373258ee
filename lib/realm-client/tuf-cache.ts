import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** The four files that the library keeps, in the order in which one vouches for the next. */
export const metadataFiles = ["root.json", "timestamp.json", "snapshot.json", "targets.json"] as const;
/** `1.root.json` as it was met first: what the realm is pinned to, and the way back when `root.json` is broken. */
export const FIRST_ROOT_FILE = "first-root.json";
/** The pointer whose hash the cached `targets.json` holds. */
export const POINTER_FILE = "realm.json";

export type CachedFile = (typeof metadataFiles)[number] | typeof FIRST_ROOT_FILE | typeof POINTER_FILE;

/** A copy of a realm's cache to work in. Disposing it drops what was not committed. */
export interface StagedCache extends Disposable {
  readonly dir: string;
  read(file: CachedFile): Buffer | undefined;
  write(file: CachedFile, bytes: Uint8Array): void;
  /** Puts these files, those that are there, in the place of the cache's own: each of them whole or not at all. */
  commit(files: readonly CachedFile[]): void;
}

/** The folder of one realm's metadata, beside the index that it vouches for. */
export function metadataDirFor(indexPath: string, realmId: string): string {
  // The prefix keeps an id such as `con` from being a device on Windows.
  return join(metadataRoot(indexPath), `realm-${realmId}`);
}

/** Deletes what is cached of any realm but these. What was accepted of it stays remembered where realms are. */
export function keepMetadataOf(indexPath: string, realmIds: readonly string[]): void {
  const root = metadataRoot(indexPath);
  if (!existsSync(root)) return;
  const kept = realmIds.map((id) => basename(metadataDirFor(indexPath, id)));
  for (const name of readdirSync(root)) {
    if (!kept.includes(name)) rmSync(join(root, name), { recursive: true, force: true });
  }
}

function metadataRoot(indexPath: string): string {
  return join(dirname(indexPath), `${basename(indexPath, ".db")}-metadata`);
}

/**
 * Copies the cache `dir` to work on. The library writes its files in place, so a run that is cut off would leave
 * half of one; here it leaves the old cache, or some files of the new one, and each of those is checked again by
 * the one that vouches for it.
 *
 * @param isKept false to start with an empty copy
 */
export function stageCache(dir: string, isKept: boolean): StagedCache {
  const staging = `${dir}.staging`;
  // What is left of a run that was killed.
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  if (isKept) copyFiles(dir, staging);
  return {
    dir: staging,
    read: (file) => readIfThere(join(staging, file)),
    write: (file, bytes) => writeFileSync(join(staging, file), bytes),
    commit(files) {
      mkdirSync(dir, { recursive: true });
      for (const file of files) {
        if (!existsSync(join(staging, file))) continue;
        copyFileSync(join(staging, file), join(dir, `${file}.new`));
        renameSync(join(dir, `${file}.new`), join(dir, file));
      }
    },
    [Symbol.dispose]: () => rmSync(staging, { recursive: true, force: true }),
  };
}

function copyFiles(from: string, to: string): void {
  for (const file of [...metadataFiles, FIRST_ROOT_FILE, POINTER_FILE]) {
    if (existsSync(join(from, file))) copyFileSync(join(from, file), join(to, file));
  }
}

function readIfThere(path: string): Buffer | undefined {
  return existsSync(path) ? readFileSync(path) : undefined;
}
