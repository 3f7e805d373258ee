import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const folders = ["agents", "plugins", "lib", "examples", "bench"];
const codeFile = /\.[cm]?[jt]sx?$/;
const skippedFolders = new Set(["node_modules", "dist"]);

/** Path from the root → text, for every code file of the pack, in the order of the paths. */
export function readTree(root: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of folders) collect(root, folder, files);
  return files;
}

function collect(root: string, folder: string, files: Map<string, string>): void {
  const absolute = join(root, folder);
  // A folder that is not there has no files; which ones must be there is the entry test's question.
  if (!statSync(absolute, { throwIfNoEntry: false })?.isDirectory()) return;
  const entries = readdirSync(absolute, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && !skippedFolders.has(entry.name)) collect(root, path, files);
    if (entry.isFile() && codeFile.test(entry.name)) files.set(path, readFileSync(join(root, path), "utf8"));
  }
}
