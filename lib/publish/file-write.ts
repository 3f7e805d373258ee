import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf } from "../errors.ts";
import { refusal } from "./publish-error.ts";

/** One file of a realm's folder as it is to be. */
export interface FileWrite {
  path: string;
  bytes: Uint8Array;
  /**
   * Whether the bytes must be on the disk before anything after them is written. A pack or pointer that a power
   * cut emptied would lose the realm's history; a source is compared and written again by the next build.
   */
  isDurable: boolean;
}

/**
 * Puts a file in its place as a whole: written beside it and renamed, so that nobody ever reads half of it.
 *
 * @throws PublishError `write_failed`; the file that was there is untouched
 */
export async function writeWhole(folder: string, { path, bytes, isDurable }: FileWrite): Promise<void> {
  const target = join(folder, path);
  const staged = join(dirname(target), `.${basename(target)}.${crypto.randomUUID()}.tmp`);
  try {
    await mkdir(dirname(target), { recursive: true });
    const file = await open(staged, "wx");
    try {
      await file.writeFile(bytes);
      if (isDurable) await file.sync();
    } finally {
      await file.close();
    }
    await rename(staged, target);
  } catch (cause) {
    await rm(staged, { force: true });
    throw refusal(
      { code: "write_failed", file: path, found: messageOf(cause), expected: "a folder that can be written" },
      { cause },
    );
  }
}

/** Whether the folder has exactly these bytes under this path. */
export async function isWritten(folder: string, { path, bytes }: FileWrite): Promise<boolean> {
  const found = await readFile(join(folder, path)).catch(() => undefined);
  // Whatever keeps a file from being read also keeps its readers from it: it is to be written.
  return found !== undefined && Buffer.compare(found, bytes) === 0;
}

/** Takes away what builds left behind that were stopped half-way. */
export async function removeStaged(folder: string): Promise<void> {
  for (const place of [".", "packs", "katas"]) {
    const names = await readdir(join(folder, place)).catch(() => []);
    for (const name of names.filter((name) => stagedName.test(name))) {
      await rm(join(folder, place, name), { force: true });
    }
  }
}

const stagedName = /^\..+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;
