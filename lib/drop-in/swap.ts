import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { type Disk, exists, listFiles } from "./disk.ts";
import { DropInError } from "./error.ts";
import { RECORD_NAME, readRecord, readState } from "./record.ts";
import type { Target } from "./target.ts";

/** The build before the one in place, as a folder with the same paths and its own record. */
export const PREVIOUS = "previous";
const JOURNAL_NAME = "swap.json";

const nameSchema = z.string().regex(/^(installed\.json|(agents|plugins)\/(?!\.{1,2}$)[\w.-]+)$/);

/** `swap.json`: what a swap means to do, written before it does any of it. */
const journalSchema = z.object({
  format: z.literal(1),
  /** Folder of the state folder whose items go in. */
  incoming: z.string().regex(/^(previous|staged-[0-9a-f-]+)$/),
  /** Folder of the state folder that gets what was there. */
  outgoing: z.string().regex(/^outgoing-[0-9a-f-]+$/),
  brings: z.array(nameSchema),
  takes: z.array(nameSchema),
});

export interface SwapPlan {
  incoming: string;
  brings: string[];
  takes: string[];
}

/**
 * Puts the items of a folder in their places and what stood there into `previous`. From the moment the journal
 * is written the swap will happen: whoever comes next finishes it with {@link finishSwap}.
 */
export function swap(target: Target, plan: SwapPlan, disk: Disk): void {
  const journal = { format: 1, outgoing: `outgoing-${crypto.randomUUID()}`, ...plan };
  disk.makeFolder(join(target.stateDir, journal.outgoing));
  writeWhole(join(target.stateDir, JOURNAL_NAME), `${JSON.stringify(journal, null, 2)}\n`, disk);
  finishSwap(target, disk);
}

/**
 * Finishes a swap that was cut off, at whatever point; each step sees for itself whether it was done. False when
 * there was none.
 *
 * @throws DropInError `foreign_file` when something new stands where an item is to go
 */
export function finishSwap(target: Target, disk: Disk): boolean {
  const { stateDir } = target;
  const journal = readState(join(stateDir, JOURNAL_NAME), journalSchema);
  if (journal === undefined) {
    removeUnbegun(stateDir, disk);
    return false;
  }
  // Its outgoing folder is there from before the swap until everything is in its place, and no longer.
  if (exists(join(stateDir, journal.outgoing))) moveItems(target, journal, disk);
  if (journal.incoming !== PREVIOUS) disk.remove(join(stateDir, journal.incoming));
  disk.remove(join(stateDir, JOURNAL_NAME));
  return true;
}

function moveItems(target: Target, journal: z.infer<typeof journalSchema>, disk: Disk): void {
  const incoming = join(target.stateDir, journal.incoming);
  const outgoing = join(target.stateDir, journal.outgoing);
  for (const name of journal.takes) {
    if (!journal.brings.includes(name)) takeOut(target, name, outgoing, disk);
  }
  for (const name of journal.brings) {
    if (!exists(join(incoming, name))) continue;
    takeOut(target, name, outgoing, disk);
    disk.rename(join(incoming, name), placeOf(target, name));
  }
  dropPrevious(target.stateDir, disk);
  if (listFiles(outgoing).length === 0) disk.remove(outgoing);
  else disk.rename(outgoing, join(target.stateDir, PREVIOUS));
}

function takeOut(target: Target, name: string, outgoing: string, disk: Disk): void {
  const place = placeOf(target, name);
  if (!exists(place)) return;
  if (exists(join(outgoing, name))) {
    throw new DropInError(
      "foreign_file",
      `${place} appeared during a drop-in. Move it away and run this again.`,
    );
  }
  disk.rename(place, join(outgoing, name));
}

function placeOf({ base, stateDir }: Target, name: string): string {
  return join(name === RECORD_NAME ? stateDir : base, name);
}

/** Removes the build before. What its record does not list is somebody else's and goes to a `kept-` folder. */
export function dropPrevious(stateDir: string, disk: Disk): void {
  const previous = join(stateDir, PREVIOUS);
  for (const { path } of readRecord(previous)?.files ?? []) disk.remove(join(previous, path));
  disk.remove(join(previous, RECORD_NAME));
  if (listFiles(previous).length === 0) disk.remove(previous);
  else disk.rename(previous, join(stateDir, `kept-${crypto.randomUUID()}`));
}

/** A file that is there whole or not at all. */
export function writeWhole(path: string, text: string, disk: Disk): void {
  disk.write(`${path}.tmp`, text);
  disk.rename(`${path}.tmp`, path);
}

/** What a drop-in left that was cut off before its swap began. */
function removeUnbegun(stateDir: string, disk: Disk): void {
  if (!exists(stateDir)) return;
  for (const name of readdirSync(stateDir)) {
    if (/^(staged|outgoing)-|\.tmp$/.test(name)) disk.remove(join(stateDir, name));
  }
}
