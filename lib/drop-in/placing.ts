import { join } from "node:path";
import { type Disk, exists } from "./disk.ts";
import { DropInError } from "./error.ts";
import { findStrangers } from "./installed.ts";
import type { Outcome } from "./outcome.ts";
import { type InstallRecord, itemsOf, RECORD_NAME, readRecord, toRecordText } from "./record.ts";
import { PREVIOUS, swap, writeWhole } from "./swap.ts";
import type { Target } from "./target.ts";

export interface PlacingOptions {
  /** Move files of others out of the way, into `previous`. Default false. */
  force?: boolean;
  /** Default: the real one. */
  disk?: Disk;
}

/** A folder of the state folder whose items are to go in. */
export interface Incoming {
  folder: string;
  items: string[];
  /** Undefined when it holds only files of others. */
  record: InstallRecord | undefined;
}

/**
 * The items in the way that are of somebody else.
 *
 * @throws DropInError `foreign_file` when there are any and `force` does not allow to move them
 */
export function findInTheWay(
  base: string,
  items: readonly string[],
  installed: InstallRecord | undefined,
  force: boolean,
): string[] {
  const strangers = findStrangers(base, items, installed);
  if (strangers.length === 0 || force) return strangers;
  const places = strangers.map((item) => join(base, item)).join(", ");
  throw new DropInError(
    "foreign_file",
    `Not of this pack: ${places}. Move it away, or use --force, which moves it into .ronin-realms/previous.`,
  );
}

/** Swaps the items in; what was installed and what stood in the way becomes the previous build. */
export function place(
  target: Target,
  { folder, items, record }: Incoming,
  out: { installed: InstallRecord | undefined; strangers: readonly string[] },
  disk: Disk,
): Outcome["items"] {
  if (out.installed !== undefined) adopt(target.stateDir, out.installed, disk);
  const takes = [...itemsOf(out.installed), ...out.strangers];
  const changes = describeItems(target.base, items, takes);
  const brings = record === undefined ? items : [...items, RECORD_NAME];
  swap(target, { incoming: folder, brings, takes: [...takes, RECORD_NAME] }, disk);
  return changes;
}

/** A build that was copied by hand gets the record that a drop-in would have written. */
export function adopt(stateDir: string, installed: InstallRecord, disk: Disk): void {
  if (readRecord(stateDir) !== undefined) return;
  writeWhole(join(stateDir, RECORD_NAME), toRecordText(installed), disk);
}

/** What to tell a person of the build that a rollback would bring. */
export function findPrevious(stateDir: string): InstallRecord | undefined {
  return readRecord(join(stateDir, PREVIOUS));
}

function describeItems(base: string, brings: readonly string[], takes: readonly string[]): Outcome["items"] {
  const gone = takes.filter((item) => !brings.includes(item));
  return [
    ...brings.map((path) => ({ path, change: exists(join(base, path)) ? "replaced" : "new" }) as const),
    ...gone.map((path) => ({ path, change: "removed" }) as const),
  ];
}
