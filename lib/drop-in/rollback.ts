import { join } from "node:path";
import { listFiles, readIfThere, realDisk } from "./disk.ts";
import { DropInError } from "./error.ts";
import { findInstalled } from "./installed.ts";
import type { Outcome } from "./outcome.ts";
import { findInTheWay, findPrevious, type PlacingOptions, place } from "./placing.ts";
import { itemOf, RECORD_NAME } from "./record.ts";
import { findSchedule } from "./schedule.ts";
import { finishSwap, PREVIOUS } from "./swap.ts";
import type { Target } from "./target.ts";

/**
 * Puts the previous build back, as it was; the one in place becomes the previous, so a second rollback undoes
 * the first.
 *
 * @throws DropInError `no_previous`; `foreign_file` for a file of somebody else in the way, without `force`
 */
export function rollback(target: Target, { force = false, disk = realDisk }: PlacingOptions = {}): Outcome {
  const { base, stateDir } = target;
  const notes = finishSwap(target, disk) ? ["An interrupted drop-in was finished first."] : [];
  const paths = listFiles(join(stateDir, PREVIOUS)).filter((path) => path !== RECORD_NAME);
  if (paths.length === 0) {
    throw new DropInError(
      "no_previous",
      `${base} has no previous build; one is kept from the first upgrade on.`,
    );
  }
  const record = findPrevious(stateDir);
  const items = [...new Set(paths.map(itemOf))];
  const installed = findInstalled(target);
  const strangers = findInTheWay(base, items, installed, force);
  notes.push(...describeSchedules(target, paths));
  const changes = place(target, { folder: PREVIOUS, items, record }, { installed, strangers }, disk);
  return { kind: "rolled-back", build: record, previous: findPrevious(stateDir), items: changes, notes };
}

/** A schedule is the one thing people change in a build, so its return is said. */
function describeSchedules({ base, stateDir }: Target, paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const now = scheduleIn(join(base, path));
    const then = scheduleIn(join(stateDir, PREVIOUS, path));
    if (now === undefined || then === undefined || now === then) return [];
    return [`${path} has the schedule ${then} again; it was ${now}.`];
  });
}

function scheduleIn(path: string): string | undefined {
  return findSchedule(readIfThere(path)?.toString("utf8") ?? "");
}
