import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { runRealms } from "../../lib/cli/run.ts";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { fetchSignedPointer, type SignedPointer } from "../../lib/realm-client/tuf.ts";
import { raiseTrust, type SignedTrust } from "../../lib/trust/trust-level.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { NOW, PASSPHRASE, readAll } from "./publisher.ts";

const KATAS = join(import.meta.dir, "../../examples/katas");

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface Typing {
  after: string;
  keys: string;
}

/** A publisher at a shell: a folder with katas, the command, a clock, and a host that serves the folder `site`. */
export interface Desk extends AsyncDisposable {
  cwd: string;
  /** The keys folder that the command uses by itself. */
  keys: string;
  env: Record<string, string>;
  clock: { at: number; now(): number };
  /** @param typing a terminal, where each of these is typed once its text has shown up */
  run(line: string, typing?: readonly Typing[]): Promise<Ran>;
  reader: Reader;
}

/** Somebody who has followed the realm all along. */
export interface Reader {
  server: RealmServer;
  known: SignedTrust | undefined;
  /** What a person gave as the realm's fingerprint. */
  pinned: string | undefined;
  /** Reads the realm as `site` has it now. */
  read(): Promise<SignedPointer>;
}

export async function openDesk(): Promise<Desk> {
  const cwd = mkdtempSync(join(tmpdir(), "realms-desk-"));
  mkdirSync(join(cwd, "katas"));
  for (const file of ["ops.ping-v1.kata", "notify.user-v1.kata"])
    cpSync(join(KATAS, file), join(cwd, "katas", file));
  const env = { RONIN_REALMS_HOME: join(cwd, "home"), REALMS_KEY_PASSPHRASE: PASSPHRASE };
  const clock = { at: NOW, now: () => clock.at };
  const server = await startRealmServer();
  return {
    cwd,
    keys: join(cwd, "home", "keys", "acme"),
    env,
    clock,
    run: (line, typing) => run(line.split(" "), { cwd, env, clock }, typing),
    reader: createReader(server, cwd, clock),
    async [Symbol.asyncDispose]() {
      await server.stop();
      rmSync(cwd, { recursive: true, force: true });
    },
  };
}

function createReader(server: RealmServer, cwd: string, clock: Desk["clock"]): Reader {
  let served: string[] = [];
  const upload = (): void => {
    for (const path of served) server.remove(path);
    served = [...readAll(join(cwd, "site")).keys()];
    for (const path of served) server.set(path.replaceAll("\\", "/"), readFileSync(join(cwd, "site", path)));
  };
  const reader: Reader = {
    server,
    known: undefined,
    pinned: undefined,
    async read() {
      upload();
      const found = await fetchSignedPointer({
        realm: { id: "acme", url: server.url, root: reader.pinned },
        metadataDir: join(cwd, "reader"),
        known: reader.known,
        now: clock.at,
        fetchBounded: createRealmClient().fetchBounded,
      });
      const { pointer: _, pointerBytes: __, ...seen } = found;
      const raised = raiseTrust(reader.known, seen);
      if (raised.trust !== "unsigned") reader.known = raised;
      return found;
    },
  };
  return reader;
}

async function run(
  args: readonly string[],
  { cwd, env, clock }: Pick<Desk, "cwd" | "env" | "clock">,
  typing: readonly Typing[] = [],
): Promise<Ran> {
  const stdin = new PassThrough();
  const left = [...typing];
  const [stdout, stderr] = [createSink(), createSink()];
  stdout.onText = (text) => {
    const [next] = left;
    if (next === undefined || !text.includes(next.after)) return;
    left.shift();
    // The prompt starts to listen once it has been drawn.
    setImmediate(() => stdin.write(next.keys));
  };
  const exitCode = await runRealms(args, {
    env,
    cwd,
    clock,
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    isTTY: typing.length > 0,
    userName: () => "mira",
    wait: async () => {},
    signal: new AbortController().signal,
    // A guess at the passphrase is cheap here.
    scryptN: 2,
  });
  stdin.destroy();
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

function createSink() {
  const sink = {
    text: "",
    onText: (_text: string): void => {},
    stream: new Writable({
      write(chunk, _encoding, done) {
        sink.text += String(chunk);
        sink.onText(sink.text);
        done();
      },
    }),
  };
  return sink;
}
