import { readdir } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { Problem } from "./publish-error.ts";

/** Kata files by their path below the folder, with `/` between the parts, sorted. */
export interface FoundKataFiles {
  files: string[];
  /** Whatever is named like a kata and is no file: a link could lead out of the folder. */
  problems: Problem[];
}

/**
 * Every `.kata` file of a folder and the folders in it. Hidden folders, `node_modules` and the output folder,
 * which may lie inside, are left out.
 *
 * @throws the file system's error when the folder cannot be read
 */
export async function findKataFiles(folder: string, output: string): Promise<FoundKataFiles> {
  const found: FoundKataFiles = { files: [], problems: [] };
  await search(resolve(folder), resolve(folder), resolve(output), found);
  found.files.sort();
  return found;
}

async function search(root: string, folder: string, output: string, found: FoundKataFiles): Promise<void> {
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
