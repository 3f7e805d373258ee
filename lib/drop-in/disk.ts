import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** The changes a drop-in makes. Each may be its last: a test stops at every single one. */
export interface Disk {
  /** Writes a file, and the folders above it. */
  write(path: string, content: string | Uint8Array): void;
  /** Makes a folder, and the ones above it. */
  makeFolder(path: string): void;
  /** Renames a file or folder, making the folders above its new place. */
  rename(from: string, to: string): void;
  /** Removes a file or a folder with all it holds; missing is fine. */
  remove(path: string): void;
}

export const realDisk: Disk = {
  write(path, content) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  },
  makeFolder(path) {
    mkdirSync(path, { recursive: true });
  },
  rename(from, to) {
    mkdirSync(dirname(to), { recursive: true });
    renameSync(from, to);
  },
  remove(path) {
    rmSync(path, { recursive: true, force: true });
  },
};

/** Whether anything has this name, a dangling link too. */
export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Undefined when there is no such file. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Paths of all files below a folder, or of the file itself, relative to `base` and sorted. */
export function listFiles(base: string, path = ""): string[] {
  const stat = lstatSync(join(base, path), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [path];
  const names = readdirSync(join(base, path)).sort();
  return names.flatMap((name) => listFiles(base, path === "" ? name : `${path}/${name}`));
}

/** Removes folders that hold nothing; one that holds something stays. */
export function removeEmptyFolders(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch (error) {
      if (!isCode(error, "ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR")) throw error;
    }
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
