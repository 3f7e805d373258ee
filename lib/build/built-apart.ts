import { dirname, posix, relative, resolve } from "node:path";
import type { BunPlugin } from "bun";
import { type PackFile, packFiles } from "../drop-in/layout.ts";

/**
 * A module that is built as a file of its own stays outside the others, which import it from where it will lie.
 * So both agents share one core at run time.
 */
export function builtApart(file: PackFile, root: string): BunPlugin {
  return {
    name: "built-apart",
    setup(build) {
      build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, importer }) => {
        const module = relative(root, resolve(dirname(importer), path)).replaceAll("\\", "/");
        const other = packFiles.find(({ entry }) => entry === module && entry !== file.entry);
        return other && { path: importPath(file, other), external: true };
      });
    },
  };
}

/** How one built file imports another. */
export function importPath(from: PackFile, to: PackFile): string {
  const path = posix.relative(posix.dirname(from.path), to.path);
  return path.startsWith(".") ? path : `./${path}`;
}
