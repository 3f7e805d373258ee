import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bannerOf } from "../../lib/drop-in/layout.ts";
import { payloadPaths } from "../../lib/drop-in/payload.ts";

/** A folder that is gone after the test. */
export function makeFolder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), "drop-in-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A build with the real one's file names, in which every file tells its version. */
export function writeDist(folder: string, version: string, schedule = "0 6 * * *"): string {
  for (const path of payloadPaths) write(join(folder, path), textOf(path, version, schedule));
  return folder;
}

export function textOf(path: string, version: string, schedule = "0 6 * * *"): string {
  const field = path.endsWith("realm-sync-agent.js") ? `\n  static schedule = "${schedule}";` : "";
  return `${bannerOf(version)}\nexport default class {${field}\n}\n// ${path}\n`;
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
