import { open } from "node:fs/promises";
import { join } from "node:path";
import { RealmError } from "../errors.ts";
import { packLimits } from "../model/pack-limits.ts";
import type { PackRef } from "../model/wire.ts";
import { packPath } from "./realm-paths.ts";

/** The files of a realm, wherever they lie. Paths are those below the realm's url. */
export interface RealmReader {
  /** The folder or the host, for messages. */
  where: string;
  /** Whether a host answers, so that what it says of missing files is its own. */
  isServed: boolean;
  /**
   * A file's bytes, or undefined when there is no such file.
   *
   * @throws RealmError `too_large` for more than `maxBytes`; what reading throws
   */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** A pack's bytes, or undefined when there is none under its name. */
  readPack(ref: PackRef): Promise<Uint8Array | undefined>;
}

/** Reads a realm's folder on this machine. */
export function createFolderReader(folder: string): RealmReader {
  const read: RealmReader["read"] = (path, maxBytes) => readBounded(join(folder, path), path, maxBytes);
  return {
    where: folder,
    isServed: false,
    read,
    readPack: ({ sha256 }) => read(packPath(sha256), packLimits.maxPackBytes),
  };
}

async function readBounded(
  absolute: string,
  path: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const file = await open(absolute).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return undefined;
    if (stats.size > maxBytes) {
      throw new RealmError("too_large", `${path} has ${stats.size} bytes; at most ${maxBytes} are accepted.`);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
