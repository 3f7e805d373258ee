import { PassThrough, Writable } from "node:stream";
import { runRealms } from "../../lib/cli/run.ts";
import type { Surroundings } from "../../lib/cli/surroundings.ts";
import { refuseSecrets } from "./planted.ts";

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs `realms` in this process, with nothing of this machine's around it.
 *
 * @param around with `typing` there is a terminal, at which these keys are typed once something is asked
 */
export async function runHere(
  args: readonly string[],
  { typing, ...around }: Pick<Surroundings, "cwd"> & Partial<Surroundings> & { typing?: string },
): Promise<Ran> {
  const stdin = new PassThrough();
  let left = typing;
  const [stdout, stderr] = [createSink(onOutput), createSink()];
  function onOutput(text: string): void {
    if (left === undefined || !text.includes("?")) return;
    const keys = left;
    left = undefined;
    // The prompt starts to listen once it has been drawn.
    setImmediate(() => stdin.write(keys));
  }
  const exitCode = await runRealms(args, {
    env: {},
    clock: { now: Date.now },
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    isTTY: typing !== undefined,
    userName: () => "mira",
    wait: async () => {},
    signal: new AbortController().signal,
    ...around,
  });
  stdin.destroy();
  refuseSecrets("what the command printed", stdout.text() + stderr.text());
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function createSink(onText: (text: string) => void = () => {}): { stream: Writable; text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      onText(text);
      done();
    },
  });
  return { stream, text: () => text };
}
