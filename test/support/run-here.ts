import { PassThrough, Writable } from "node:stream";
import { runRealms } from "../../lib/cli/run.ts";
import type { Surroundings } from "../../lib/cli/surroundings.ts";

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs `realms` in this process, without a terminal and with nothing of this machine's around it. */
export async function runHere(
  args: readonly string[],
  around: Pick<Surroundings, "cwd"> & Partial<Surroundings>,
): Promise<Ran> {
  const [stdout, stderr] = [createSink(), createSink()];
  const exitCode = await runRealms(args, {
    env: {},
    clock: { now: Date.now },
    stdin: new PassThrough(),
    stdout: stdout.stream,
    stderr: stderr.stream,
    isTTY: false,
    userName: () => "mira",
    wait: async () => {},
    signal: new AbortController().signal,
    ...around,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function createSink(): { stream: Writable; text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}
