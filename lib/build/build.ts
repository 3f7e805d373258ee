import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { LICENCES_PATH, packFiles } from "../drop-in/layout.ts";
import { messageOf } from "../errors.ts";
import { budget, checkBudget, describe, loadedBytes } from "./budget.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { writeLicences } from "./licences.ts";
import { replaceFolder } from "./replace-folder.ts";

export interface BuildOptions {
  /** The folder that the build becomes; what it held is replaced as a whole. */
  outDir: string;
  /** Default: this project. */
  root?: string;
  /** Default: the version in this project's package.json. */
  version?: string;
}

/**
 * Builds the pack as it is dropped into a host. The result stands in `outDir` complete or not at all: it is
 * written beside it and renamed, so a build that fails leaves the one before.
 *
 * @returns what was built, in the order of the layout
 * @throws BuildError when a file cannot be built, needs what no host has, or a host would load too much
 */
export async function build({
  outDir,
  root = projectRoot,
  version = manifest.version,
}: BuildOptions): Promise<Bundle[]> {
  const bundles: Bundle[] = [];
  for (const file of packFiles) bundles.push(await bundle(file, { root, version }));
  checkBudget(bundles);

  const files = new Map(bundles.map(({ file, text }) => [file.path, text]));
  files.set(LICENCES_PATH, writeLicences(bundles, version));
  const staged = `${resolve(outDir)}.${crypto.randomUUID()}.tmp`;
  try {
    writeFiles(staged, files);
    replaceFolder(staged, resolve(outDir));
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
  return bundles;
}

/** The root of this project. */
export const projectRoot: string = resolve(import.meta.dir, "../..");

function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    const absolute = join(folder, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
    if (text.startsWith("#!")) chmodSync(absolute, 0o755);
  }
}

/** One line a file, then what a host pays. */
function formatReport(bundles: readonly Bundle[]): string {
  const rows: Array<[string, number, string]> = bundles.map(({ file, bytes, packages }) => [
    file.path,
    bytes,
    describe(packages),
  ]);
  const total: [string, number, string] = [
    "loaded by a host",
    loadedBytes(bundles),
    `at most ${grouped(budget.maxLoadedBytes)}`,
  ];
  return [["file", "bytes", "packages"] as const, ...rows, total]
    .map(([name, bytes, note]) => {
      const column = typeof bytes === "number" ? grouped(bytes) : bytes;
      return `${name.padEnd(30)}${column.padStart(9)}  ${note}`.trimEnd();
    })
    .join("\n");
}

function grouped(bytes: number): string {
  return bytes.toLocaleString("en-US");
}

async function main(): Promise<number> {
  try {
    console.log(formatReport(await build({ outDir: join(projectRoot, "dist") })));
    return 0;
  } catch (error) {
    console.error(`build: ${messageOf(error)}`);
    return 1;
  }
}

if (import.meta.main) process.exitCode = await main();
