import { join } from "node:path";
import { type Disk, exists, readIfThere, realDisk } from "./disk.ts";
import { findChanged, findGuests, findInstalled } from "./installed.ts";
import type { Outcome } from "./outcome.ts";
import { type Payload, readPayload } from "./payload.ts";
import { adopt, findInTheWay, findPrevious, type PlacingOptions, place } from "./placing.ts";
import { type InstallRecord, itemsOf, RECORD_NAME, toRecordText } from "./record.ts";
import { finishSwap, PREVIOUS } from "./swap.ts";
import type { Target } from "./target.ts";

/**
 * Installs the build in `distDir`, or upgrades to it. Cut off at any point, the next run repairs it. The build
 * before is kept for a rollback. A schedule that a person chose stays.
 *
 * @throws DropInError `no_build`; `foreign_file` for a file of somebody else in the way, without `force`
 */
export function install(target: Target, distDir: string, options: PlacingOptions = {}): Outcome {
  const { force = false, disk = realDisk } = options;
  const { base, stateDir } = target;
  const notes = finishSwap(target, disk) ? ["An interrupted drop-in was finished first."] : [];
  const installed = findInstalled(target);
  const payload = readPayload(distDir, takesPlugin(target, installed), base, installed);
  const { record } = payload;
  const items = itemsOf(record);
  const strangers = findInTheWay(base, items, installed, force);
  if (installed !== undefined && isInPlace(base, payload)) {
    adopt(stateDir, installed, disk);
    return { kind: "unchanged", build: record, previous: findPrevious(stateDir), items: [], notes };
  }

  notes.push(...explain(target, payload, installed, strangers));
  const folder = `staged-${crypto.randomUUID()}`;
  stage(join(stateDir, folder), payload, madeFolders(base, items, installed), disk);
  const changes = place(target, { folder, items, record }, { installed, strangers }, disk);
  const kind = installed === undefined ? "installed" : "upgraded";
  return { kind, build: record, previous: findPrevious(stateDir), items: changes, notes };
}

/** An agents folder gets the agents alone, but a plugin that is there already does not stay behind at an old version. */
function takesPlugin(target: Target, installed: InstallRecord | undefined): boolean {
  return target.kind === "home" || itemsOf(installed).some((item) => item.startsWith("plugins/"));
}

function isInPlace(base: string, { files }: Payload): boolean {
  return [...files].every(([path, bytes]) => readIfThere(join(base, path))?.equals(bytes) ?? false);
}

/** Folders that a removal should take out again: the ones that only the pack needed. */
function madeFolders(base: string, items: readonly string[], installed: InstallRecord | undefined): string[] {
  const needed = ["agents", "plugins"].filter((folder) =>
    items.some((item) => item.startsWith(`${folder}/`)),
  );
  const missing = needed.filter((folder) => !exists(join(base, folder)));
  return [...new Set([...(installed?.madeFolders ?? []), ...missing])];
}

function stage(folder: string, { files, record }: Payload, folders: string[], disk: Disk): void {
  for (const [path, bytes] of files) disk.write(join(folder, path), bytes);
  disk.write(join(folder, RECORD_NAME), toRecordText({ ...record, madeFolders: folders }));
}

function explain(
  { base, stateDir }: Target,
  { carried }: Payload,
  installed: InstallRecord | undefined,
  strangers: readonly string[],
): string[] {
  const kept = join(stateDir, PREVIOUS);
  return [
    ...carried.map(({ path, schedule }) => `${path} keeps the schedule you chose: ${schedule}`),
    ...findChanged(base, installed).map(
      (path) => `${path} had been changed by hand; that copy is in ${kept}.`,
    ),
    ...findGuests(base, installed).map((path) => `${path} is not of this pack; it is in ${kept} now.`),
    ...strangers.map((item) => `${item} was not of this pack; it is in ${kept} now.`),
  ];
}
