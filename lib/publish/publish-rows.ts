import { readFile, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { PackedRealm } from "../model/wire.ts";
import { type FileWrite, isWritten, removeStaged, writeWhole } from "./file-write.ts";
import { planPackUpkeep } from "./pack-upkeep.ts";
import { toPages, writablePages } from "./pages.ts";
import type { PreviousRealm } from "./previous.ts";
import { type Publication, type RealmHead, toPublication } from "./publication.ts";
import { refusal } from "./publish-error.ts";
import type { RealmRows } from "./published-row.ts";
import { POINTER_PATH, packPath } from "./realm-paths.ts";

/** What is to be published into a folder. */
export interface PublishRequest {
  folder: string;
  previous: PreviousRealm | undefined;
  head: RealmHead;
  /** All rows of the realm; those that changed carry {@link nextSeq}. */
  rows: RealmRows;
  /** Sources that the folder must hold, by their path in it. */
  sources: readonly FileWrite[];
  /** Milliseconds since 1970. */
  now: number;
  /** Called before each file. */
  onWrite?: ((path: string) => void) | undefined;
}

export interface PublishOutcome {
  /** False when the realm was just so before. */
  isChanged: boolean;
  pointer: PackedRealm;
  /** Paths of the files that were written, in that order. */
  written: string[];
  /** Old packs that were taken away. */
  removed: string[];
}

/** The number that the next publish of a realm gets. */
export function nextSeq(previous: PreviousRealm | undefined): number {
  return (previous?.pointer.seq ?? 0) + 1;
}

/**
 * Publishes: sources first, then packs and pages, the pointer last, each file whole. Stopped anywhere, the folder
 * serves the old realm or the new one. Without a change nothing is written.
 *
 * @throws PublishError `realm_too_large`, `clock_behind`, `changed_meanwhile`, `write_failed`
 */
export async function publishRows(request: PublishRequest): Promise<PublishOutcome> {
  const { folder, previous, rows, now } = request;
  const publication = toNextPublication(request);
  const pointer = publication?.pointer ?? previous?.pointer;
  if (pointer === undefined) throw new Error("A realm without a previous state always has a next one.");
  const upkeep =
    publication === undefined
      ? { retire: [], remove: [] }
      : await planPackUpkeep(folder, { previous: previous?.pointer, next: pointer }, rows, now);

  const pages = await writablePages(folder, toPages(pointer, rows));
  const beforePointer = [...request.sources, ...packWrites(publication), ...pages];
  const writes = await onlyMissing(folder, beforePointer);
  if (publication !== undefined) await removeStaged(folder);
  for (const write of writes) await writeAnd(request, write);
  // Before the pointer: a stop in between then makes a pack look younger than it is, never older.
  for (const path of upkeep.retire) await utimes(join(folder, path), now / 1000, now / 1000);
  if (publication !== undefined) {
    const write = { path: POINTER_PATH, bytes: publication.pointerBytes, isDurable: true };
    await refuseOtherPublish(folder, previous);
    await writeAnd(request, write);
    writes.push(write);
  }
  for (const path of upkeep.remove) await rm(join(folder, path), { force: true });
  return {
    isChanged: publication !== undefined,
    pointer,
    written: writes.map(({ path }) => path),
    removed: upkeep.remove,
  };
}

/** Undefined when readers would find nothing new. */
function toNextPublication({ previous, head, rows, now }: PublishRequest): Publication | undefined {
  const seq = nextSeq(previous);
  if (previous !== undefined) {
    const hasNewRows = [...rows.values()].some(({ row }) => row.seq === seq);
    if (!hasNewRows && isSameHead(previous.pointer, head) && previous.hasAllDeltas) return undefined;
    refuseClockBehind(previous.pointer, now);
  }
  return toPublication(head, rows, seq, now);
}

function isSameHead(pointer: PackedRealm, head: RealmHead): boolean {
  return pointer.name === head.name && pointer.notice === head.notice && pointer.root === head.root;
}

/** Readers judge a realm's age by its time, and a build machine without a clock would make it look stale. */
function refuseClockBehind({ issued }: PackedRealm, now: number): void {
  if (now >= Date.parse(issued)) return;
  throw refusal({
    code: "clock_behind",
    file: POINTER_PATH,
    found: `the time ${new Date(now).toISOString()} for this publish`,
    expected: `${issued} or later, when the last one was made; check the clock or --now`,
  });
}

function packWrites(publication: Publication | undefined): FileWrite[] {
  const packs = new Map(publication?.packs.map((pack) => [pack.sha256, pack.content]));
  return [...packs].map(([sha256, bytes]) => ({ path: packPath(sha256), bytes, isDurable: true }));
}

async function onlyMissing(folder: string, wanted: readonly FileWrite[]): Promise<FileWrite[]> {
  const missing: FileWrite[] = [];
  for (const write of wanted) {
    if (!(await isWritten(folder, write))) missing.push(write);
  }
  return missing;
}

async function writeAnd({ folder, onWrite }: PublishRequest, write: FileWrite): Promise<void> {
  onWrite?.(write.path);
  await writeWhole(folder, write);
}

/** Two publishes with one number would be two truths, and readers take that for an attack. */
async function refuseOtherPublish(folder: string, previous: PreviousRealm | undefined): Promise<void> {
  const found = await readFile(join(folder, POINTER_PATH)).catch(() => undefined);
  const expected = previous?.pointerBytes;
  const isSame =
    found === undefined || expected === undefined
      ? found === expected
      : Buffer.compare(found, expected) === 0;
  if (isSame) return;
  throw refusal({
    code: "changed_meanwhile",
    file: POINTER_PATH,
    found: "another publish than the one that this build started from",
    expected: "one build at a time; run it again",
  });
}
