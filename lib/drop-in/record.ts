import { join } from "node:path";
import * as z from "zod";
import { sha256Hex } from "../trust/digest.ts";
import { readIfThere } from "./disk.ts";
import { DropInError } from "./error.ts";

/** These paths are renamed and removed later: each part a plain name, so none can lead out of the base folder. */
const pathSchema = z.string().regex(/^(agents|plugins)(\/(?!\.{1,2}(\/|$))[\w.-]+)*$/);

const fileSchema = z.object({
  path: pathSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** The `static schedule` the file was built with, where it has one. */
  builtSchedule: z.string().optional(),
});

const recordSchema = z.object({
  format: z.literal(1),
  version: z.string(),
  /** Tells two builds of one version apart. */
  build: z.string(),
  files: z.array(fileSchema),
  /** Folders that did not exist before the pack came. */
  madeFolders: z.array(pathSchema),
});

/** `installed.json`: what was put where. Paths start at the base folder. */
export type InstallRecord = z.infer<typeof recordSchema>;
export type RecordedFile = z.infer<typeof fileSchema>;

export const RECORD_NAME = "installed.json";

/** Undefined when `folder` holds none. @throws DropInError `state_unreadable` */
export function readRecord(folder: string): InstallRecord | undefined {
  return readState(join(folder, RECORD_NAME), recordSchema);
}

/** A state file of ours. @throws DropInError `state_unreadable` */
export function readState<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): z.output<Schema> | undefined {
  const bytes = readIfThere(path);
  if (bytes === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(bytes.toString("utf8")));
  } catch (cause) {
    throw new DropInError("state_unreadable", `${path} cannot be read. Remove it and run this again.`, {
      cause,
    });
  }
}

export function toRecordText(record: InstallRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** Twelve digits over all paths and bytes. */
export function buildIdOf(files: readonly RecordedFile[]): string {
  const lines = files.map(({ path, sha256 }) => `${sha256}  ${path}`).sort();
  return sha256Hex(lines.join("\n")).slice(0, 12);
}

/** What is renamed as one: an entry file, or the folder of its helpers (`agents/ronin-realms`). */
export function itemOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}

/** Helpers first, so that no entry stands there without them for longer than it must. */
export function itemsOf(record: InstallRecord | undefined): string[] {
  const items = [...new Set(record?.files.map(({ path }) => itemOf(path)))];
  return items.sort((a, b) => Number(a.endsWith(".js")) - Number(b.endsWith(".js")) || (a < b ? -1 : 1));
}
