import type { BunPlugin } from "bun";

/**
 * Errors are named after their class (`new.target.name`), and people and logs read that name. The minifier
 * renames classes and its own option to keep names does not cover declared ones, so each error class gets its
 * name written down.
 */
export const keepErrorNames: BunPlugin = {
  name: "keep-error-names",
  setup(build) {
    build.onLoad({ filter: /[\\/]lib[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: nameErrors(await Bun.file(path).text()),
      loader: "ts",
    }));
  },
};

/** `class XError … {` → the same with `XError` as its name, whatever the class is called later. */
export function nameErrors(source: string): string {
  return source.replace(
    /^([ \t]*(?:export )?(?:default )?(?:abstract )?class (\w+Error)\b[^{]*\{)/gm,
    '$1 static { Object.defineProperty(this, "name", { value: "$2" }); }',
  );
}
