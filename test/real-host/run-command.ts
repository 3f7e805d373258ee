import { join } from "node:path";

export interface Ran {
  exitCode: number;
  /** What it printed on both, standard output first. */
  output: string;
}

/** Runs the built `realms` command as a process of its own. */
export async function runCommand(
  dist: string,
  args: readonly string[],
  env: Record<string, string | undefined>,
): Promise<Ran> {
  const child = Bun.spawn([process.execPath, join(dist, "bin/realms.js"), ...args], {
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [exitCode, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { exitCode, output: `${out}${err}` };
}
