import { join } from "node:path";
import { sha256Hex } from "../trust/digest.ts";
import { exists, listFiles, readIfThere } from "./disk.ts";
import { findBannerVersion } from "./layout.ts";
import { payloadPaths } from "./payload.ts";
import { buildIdOf, type InstallRecord, itemOf, itemsOf, type RecordedFile, readRecord } from "./record.ts";
import { findSchedule, isCronText, withSchedule } from "./schedule.ts";
import type { Target } from "./target.ts";

/** What is installed: by the record, or, where files were copied by hand, by the banner of each. */
export function findInstalled({ base, stateDir }: Target): InstallRecord | undefined {
  return readRecord(stateDir) ?? recognise(base);
}

function recognise(base: string): InstallRecord | undefined {
  let version: string | undefined;
  const files: RecordedFile[] = [];
  for (const path of payloadPaths) {
    const bytes = readIfThere(join(base, path));
    const found = bytes && findBannerVersion(bytes.toString("utf8"));
    if (found === undefined || bytes === undefined) continue;
    version ??= found;
    files.push({ path, sha256: sha256Hex(bytes) });
  }
  if (version === undefined) return undefined;
  return { format: 1, version, build: buildIdOf(files), files, madeFolders: [] };
}

/** Files that are not as they were installed. Another schedule is no change: the host itself writes that in. */
export function findChanged(base: string, record: InstallRecord | undefined): string[] {
  return (record?.files ?? []).filter((file) => isChanged(base, file)).map(({ path }) => path);
}

function isChanged(base: string, { path, sha256, builtSchedule }: RecordedFile): boolean {
  const bytes = readIfThere(join(base, path));
  if (bytes === undefined) return false;
  if (sha256Hex(bytes) === sha256) return false;
  const text = bytes.toString("utf8");
  const schedule = findSchedule(text);
  if (builtSchedule === undefined || schedule === undefined || !isCronText(schedule)) return true;
  return sha256Hex(withSchedule(text, builtSchedule)) !== sha256;
}

/** Things that stand where an item is to go and of which the record knows nothing. */
export function findStrangers(
  base: string,
  items: readonly string[],
  record: InstallRecord | undefined,
): string[] {
  const known = itemsOf(record);
  return items.filter((item) => !known.includes(item) && exists(join(base, item)));
}

/** Files that somebody put into a folder of ours. */
export function findGuests(base: string, record: InstallRecord | undefined): string[] {
  const known = new Set(record?.files.map(({ path }) => path));
  return itemsOf(record)
    .flatMap((item) => listFiles(base, item))
    .filter((path) => !known.has(path) && itemOf(path) !== path);
}
