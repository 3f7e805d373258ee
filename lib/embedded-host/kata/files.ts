import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KataRegistryLike } from "../contract/kata.ts";
import { type Log, messageOf } from "../log.ts";
import { KataParser } from "./parser.ts";

/**
 * Registers every `*.kata` file that lies directly in one of the folders and whose name and version are new. Nobody
 * is asked: a file in these folders is an installed kata. A file that fails is logged and the others go on.
 */
export async function loadKataFiles(folders: string[], registry: KataRegistryLike, log: Log): Promise<void> {
  for (const filePath of folders.flatMap(findKataFiles)) {
    try {
      const source = readFileSync(filePath, "utf8");
      const { name, version } = new KataParser().parse(source);
      if (!(await registry.exists(name, version))) await registry.register(source);
    } catch (error) {
      log("error", "a kata file could not be registered", { filePath, error: messageOf(error) });
    }
  }
}

function findKataFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".kata"))
      .map((entry) => join(folder, entry.name));
  } catch {
    return []; // Most hosts have neither folder.
  }
}
