import { join } from "node:path";

/**
 * A file of this folder as the browser gets it: bundled and minified. It runs as a macro, so that the built pack
 * holds the text and no bundler; from sources it runs when the page is first asked for. The bundler is started
 * as a process because a macro cannot call it (it would wait for itself).
 *
 * @throws Error with the bundler's messages
 */
export function bundled(file: string): string {
  const entry = join(import.meta.dir, file);
  const { success, stdout, stderr } = Bun.spawnSync({
    cmd: [process.execPath, "build", entry, "--minify", "--target=browser", "--format=iife"],
    // Where it is started must not change what comes out.
    cwd: import.meta.dir,
  });
  if (!success) throw new Error(`${file} could not be built: ${stderr.toString()}`);
  return stdout.toString().trim();
}
