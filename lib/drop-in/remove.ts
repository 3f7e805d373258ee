import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Disk, exists, listFiles, realDisk, removeEmptyFolders } from "./disk.ts";
import { DropInError } from "./error.ts";
import { findChanged, findGuests, findInstalled } from "./installed.ts";
import type { Outcome } from "./outcome.ts";
import { itemsOf, RECORD_NAME } from "./record.ts";
import { dropPrevious, finishSwap } from "./swap.ts";
import type { Target } from "./target.ts";

/**
 * Takes out what was installed, file by file, and the builds that were kept. Files of others stay; files of ours
 * go even when they were changed, and the outcome names them.
 *
 * @throws DropInError `not_installed`
 */
export function remove(target: Target, disk: Disk = realDisk): Outcome {
  const { base, stateDir } = target;
  finishSwap(target, disk);
  const installed = findInstalled(target);
  if (installed === undefined) {
    throw new DropInError("not_installed", `ronin-realms is not installed in ${base}; nothing was removed.`);
  }
  const notes = [
    ...findChanged(base, installed).map(
      (path) => `${path} had been changed by hand; it was removed all the same.`,
    ),
    ...findGuests(base, installed).map((path) => `${path} is not of this pack and was left.`),
  ];
  const paths = installed.files.map(({ path }) => path);
  // Entries first: without its helpers an entry would be reported as broken by a host that starts now.
  for (const path of paths.sort((a, b) => a.split("/").length - b.split("/").length))
    disk.remove(join(base, path));
  removeEmptyFolders(foldersOf(paths).map((path) => join(base, path)));
  removeEmptyFolders(installed.madeFolders.map((path) => join(base, path)));
  dropPrevious(stateDir, disk);
  disk.remove(join(stateDir, RECORD_NAME));
  removeEmptyFolders([stateDir]);
  return {
    kind: "removed",
    build: installed,
    previous: undefined,
    items: itemsOf(installed).map((path) => ({ path, change: "removed" })),
    notes: [...notes, ...describeKept(stateDir)],
  };
}

/** Folders of ours, the deepest first; `agents` and `plugins` themselves belong to the host. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = [...new Set(paths.map(dirname))].filter((folder) => folder.includes("/"));
  return folders.sort((a, b) => b.length - a.length);
}

function describeKept(stateDir: string): string[] {
  if (!exists(stateDir)) return [];
  const kept = readdirSync(stateDir).filter((name) => name.startsWith("kept-"));
  return kept.flatMap((name) =>
    listFiles(join(stateDir, name)).map(
      (path) => `${join(stateDir, name, path)} is not of this pack and was kept.`,
    ),
  );
}
