import { isBuiltin } from "node:module";
import { relative, resolve } from "node:path";
import { bannerOf, type PackFile, packFiles } from "../drop-in/layout.ts";
import { builtApart, importPath } from "./built-apart.ts";
import { BuildError } from "./error.ts";
import { keepErrorNames } from "./keep-error-names.ts";

/** A built file in memory. */
export interface Bundle {
  file: PackFile;
  text: string;
  bytes: number;
  /** Folder of each package that is in it → bytes of the built text that come from there. */
  packages: ReadonlyMap<string, number>;
}

const PEER = "ronin-plugin-api";
const SHEBANG = "#!/usr/bin/env bun\n";

/**
 * Builds one file of the pack. The same sources give the same bytes, wherever the project lies.
 *
 * @throws BuildError `bundle_failed`, with the bundler's messages; `foreign_import` when the file would need
 * something that a host does not offer
 */
export async function bundle(file: PackFile, from: { root: string; version: string }): Promise<Bundle> {
  const entry = resolve(from.root, file.entry);
  const result = await Bun.build({
    entrypoints: [entry],
    root: from.root,
    target: "bun",
    format: "esm",
    // The command runs without a host, so it has everything inside, the peer's compiler too.
    external: file.kind === "command" ? [] : [PEER],
    plugins: file.kind === "command" ? [keepErrorNames] : [keepErrorNames, builtApart(file, from.root)],
    minify: file.kind === "thin" ? false : { whitespace: true, syntax: true, identifiers: true },
    banner: bannerOf(from.version),
    metafile: true,
    throw: false,
  });
  const [output] = result.outputs;
  if (!result.success || output === undefined) throw failed(file, result.logs);

  // The bundler heads each readable module with its path from wherever the build was started.
  const built = (await output.text()).replace(`// ${relative(process.cwd(), entry)}\n`, `// ${file.entry}\n`);
  const text = withShebang(file, built);
  refuseForeignImports(file, text);
  return { file, text, bytes: Buffer.byteLength(text), packages: packagesIn(result.metafile) };
}

function withShebang(file: PackFile, text: string): string {
  return file.kind === "command" && !text.startsWith("#!") ? SHEBANG + text : text;
}

/**
 * A host resolves no package for what was dropped into it, so one static import too many keeps an agent from
 * loading at all.
 */
function refuseForeignImports(file: PackFile, text: string): void {
  const allowed = packFiles.map((other) => importPath(file, other));
  const imports = new Bun.Transpiler({ loader: "js" }).scan(text).imports;
  const foreign = imports.filter(
    ({ kind, path }) => kind !== "dynamic-import" && !isBuiltin(path) && !allowed.includes(path),
  );
  if (foreign.length === 0) return;
  const names = foreign.map(({ path }) => path).join(", ");
  throw new BuildError("foreign_import", `${file.path} imports ${names}, which no host offers to a pack.`);
}

/** Folder of a package in the metafile's paths; what lies under no node_modules is the project's own. */
function packagesIn(metafile: Bun.BuildMetafile | undefined): Map<string, number> {
  const packages = new Map<string, number>();
  for (const { inputs } of Object.values(metafile?.outputs ?? {})) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(resolve(path).replaceAll("\\", "/"))?.[0];
      if (folder === undefined || bytesInOutput === 0) continue;
      packages.set(folder, (packages.get(folder) ?? 0) + bytesInOutput);
    }
  }
  return packages;
}

function failed(file: PackFile, logs: readonly (BuildMessage | ResolveMessage)[]): BuildError {
  const lines = logs.map((log) => {
    const at = log.position === null ? "" : ` (${log.position.file}:${log.position.line})`;
    return `${log.message}${at}`;
  });
  return new BuildError("bundle_failed", `${file.path} could not be built: ${lines.join("; ")}`);
}
