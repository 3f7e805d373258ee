import { PassThrough, Writable } from "node:stream";
import { runRealms } from "../../lib/cli/run.ts";
import type { PackWorld } from "../support/pack-world.ts";

/** What `realms` prints, on both streams, beside this host and without a terminal. */
export async function runCommand(world: PackWorld, args: readonly string[]): Promise<string> {
  let text = "";
  const collect = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  await runRealms([...args, "--db", world.databasePath], {
    env: process.env,
    cwd: world.home,
    clock: { now: Date.now },
    stdin: new PassThrough(),
    stdout: collect,
    stderr: collect,
    isTTY: false,
    userName: () => "mira",
    wait: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
  return text;
}
