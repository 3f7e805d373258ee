import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { MAX_SOURCE_BYTES } from "../model/kata.ts";
import { type Problem, refusal } from "./publish-error.ts";

/** One kata to publish, wherever its text lies. */
export interface KataSource {
  /** How messages call it. */
  file: string;
  /** @throws PublishError `source_too_large`; what reading throws */
  read(): Promise<Uint8Array>;
}

export interface KataSources {
  sources: KataSource[];
  /** What is named like a kata and cannot be read as one. */
  problems: Problem[];
}

/**
 * Every `.kata` file of a folder and the folders in it, called by its path below the folder with `/` between the
 * parts, and sorted. Hidden folders, `node_modules` and the output folder, which may lie inside, are left out. A
 * link is a problem: it could lead out of the folder.
 *
 * @throws the file system's error when the folder cannot be read
 */
export async function findKataFiles(folder: string, output: string): Promise<KataSources> {
  const found: Found = { files: [], problems: [] };
  await search(resolve(folder), resolve(folder), resolve(output), found);
  const sources = found.files.sort().map((file) => ({ file, read: () => readSource(folder, file) }));
  return { sources, problems: found.problems };
}

/** A text that is in no file. */
export function toKataSource(file: string, text: string): KataSource {
  return {
    file,
    async read() {
      const bytes = Buffer.from(text, "utf8");
      refuseTooLarge(file, bytes.byteLength);
      return bytes;
    },
  };
}

interface Found {
  files: string[];
  problems: Problem[];
}

async function search(root: string, folder: string, output: string, found: Found): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const isLeftOut = entry.name.startsWith(".") || entry.name === "node_modules" || path === output;
      if (!isLeftOut) await search(root, path, output, found);
    } else if (entry.name.endsWith(".kata")) {
      const file = relative(root, path).replaceAll(sep, "/");
      if (entry.isFile()) found.files.push(file);
      else found.problems.push({ code: "not_a_file", file, found: "a link", expected: "a plain file" });
    }
  }
}

async function readSource(folder: string, file: string): Promise<Uint8Array> {
  const path = join(folder, file);
  const { size } = await stat(path);
  refuseTooLarge(file, size);
  return await readFile(path);
}

function refuseTooLarge(file: string, size: number): void {
  if (size <= MAX_SOURCE_BYTES) return;
  const expected = `at most ${MAX_SOURCE_BYTES}`;
  throw refusal({ code: "source_too_large", file, found: `${size} bytes`, expected });
}
