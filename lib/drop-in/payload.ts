import { join } from "node:path";
import { sha256Hex } from "../trust/digest.ts";
import { readIfThere } from "./disk.ts";
import { DropInError } from "./error.ts";
import { findBannerVersion, LICENCES_PATH, packFiles } from "./layout.ts";
import { buildIdOf, type InstallRecord, type RecordedFile } from "./record.ts";
import { findChosenSchedule, findSchedule, withSchedule } from "./schedule.ts";

/** What is to stand in the base folder, path → content, and the record of it. */
export interface Payload {
  record: InstallRecord;
  files: ReadonlyMap<string, Buffer>;
  /** Schedules that a person chose and that were written into the new files. */
  carried: ReadonlyArray<{ path: string; schedule: string }>;
}

/** Every file that a drop-in may ever put somewhere, from the base folder. */
export const payloadPaths: readonly string[] = [...packFiles.map(({ path }) => path), LICENCES_PATH].filter(
  (path) => path.startsWith("agents/") || path.startsWith("plugins/"),
);

/**
 * The built pack, with the schedules of what it replaces.
 *
 * @throws DropInError `no_build` when a file of the build is missing
 */
export function readPayload(
  distDir: string,
  withPlugin: boolean,
  base: string,
  installed: InstallRecord | undefined,
): Payload {
  const files = new Map<string, Buffer>();
  const carried: Array<{ path: string; schedule: string }> = [];
  const recorded: RecordedFile[] = [];
  for (const path of payloadPaths) {
    if (path.startsWith("plugins/") && !withPlugin) continue;
    const built = readBuilt(distDir, path);
    const text = built.toString("utf8");
    const builtSchedule = findSchedule(text);
    recorded.push({
      path,
      sha256: sha256Hex(built),
      ...(builtSchedule === undefined ? {} : { builtSchedule }),
    });
    const schedule = builtSchedule && chosenSchedule(path, builtSchedule, base, installed);
    if (schedule) carried.push({ path, schedule });
    files.set(path, schedule ? Buffer.from(withSchedule(text, schedule)) : built);
  }
  const build = buildIdOf(recorded);
  const record: InstallRecord = {
    format: 1,
    version: versionOf(files),
    build,
    files: recorded,
    madeFolders: [],
  };
  return { record, files, carried };
}

function readBuilt(distDir: string, path: string): Buffer {
  const built = readIfThere(join(distDir, path));
  if (built !== undefined) return built;
  throw new DropInError("no_build", `${join(distDir, path)} is missing. Build the pack first: npm run build`);
}

function chosenSchedule(
  path: string,
  builtSchedule: string,
  base: string,
  installed: InstallRecord | undefined,
): string | undefined {
  const before = installed?.files.find((file) => file.path === path);
  const text = before && readIfThere(join(base, path))?.toString("utf8");
  if (before === undefined || text === undefined) return undefined;
  // What was copied by hand has no record of its schedule; then the new build's stands for it.
  const schedule = findChosenSchedule(text, before.builtSchedule ?? builtSchedule);
  return schedule === builtSchedule ? undefined : schedule;
}

function versionOf(files: ReadonlyMap<string, Buffer>): string {
  const [first] = files.values();
  return findBannerVersion(first?.toString("utf8") ?? "") ?? "unknown";
}
