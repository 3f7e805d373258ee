import { constants, setPriority } from "node:os";
import { dirname } from "node:path";
import { messageOf, RealmError } from "../errors.ts";
import {
  MAX_OUTCOME_BYTES,
  maxRunMs,
  type RealmOutcome,
  type RealmProgress,
  type RunSyncJob,
  type SyncJob,
  syncLineSchema,
} from "./job.ts";
import { readLines } from "./lines.ts";
import { readTail } from "./tail.ts";

export interface ChildOptions {
  /** The child's entry file: `child.ts`, or the built `sync.mjs`. */
  entryPath: string;
  /** The host's environment, of which the child gets {@link handedDown} and nothing else. */
  env: Readonly<Record<string, string | undefined>>;
  /** The Bun to run it with. Default: the host's own. */
  execPath?: string;
  /** Milliseconds until a child is killed. Default: {@link maxRunMs} of the job. */
  timeoutMs?: number;
}

/** Finding files, the way through a proxy and whom to trust with TLS: what a sync needs. No keys, no tokens. */
const handedDown = [
  "PATH",
  "HOME",
  "TMPDIR",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "https_proxy",
  "http_proxy",
  "no_proxy",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
] as const;

const MAX_STDERR_BYTES = 2048;
const MAX_SHOWN_CHARS = 300;

/**
 * Runs sync jobs in a child process at low priority. The returned function resolves when the child has ended in
 * good order. It rejects with RealmError `timeout` when it was killed for being too late, `sync_failed` when it
 * died or wrote something else than outcomes, and with the signal's reason when aborted. In each case the child
 * is gone by then, and the index file holds for every realm its old rows or its new ones.
 */
export function createChildRunner(options: ChildOptions): RunSyncJob {
  return async (job, onOutcome, signal, onProgress = () => {}) => {
    signal.throwIfAborted();
    const child = spawn(options);
    // Killing is safe at any moment, and only SIGKILL also ends a child that is stopped or stuck in a loop.
    const kill = (): void => child.kill("SIGKILL");
    const limitMs = options.timeoutMs ?? maxRunMs(job);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      kill();
    }, limitMs);
    signal.addEventListener("abort", kill, { once: true });
    const stderr = readTail(child.stderr, MAX_STDERR_BYTES);
    try {
      lowerPriority(child.pid);
      await send(job, child.stdin);
      await readOutcomes(child.stdout, job, onOutcome, onProgress);
      const exitCode = await child.exited;
      if (exitCode !== 0) throw broken(`ended with ${child.signalCode ?? exitCode}`, await stderr, job);
    } catch (error) {
      kill();
      await child.exited;
      signal.throwIfAborted();
      if (isLate) throw new RealmError("timeout", `The sync process was ended after ${limitMs / 1000} s.`);
      throw toRealmError(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", kill);
    }
  };
}

function spawn({ entryPath, env, execPath = process.execPath }: ChildOptions) {
  const handed = handedDown.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  // Bun reads .env and bunfig.toml of the working directory and installs what it cannot resolve: none of that
  // may depend on where somebody started the host.
  return Bun.spawn([execPath, "--no-env-file", "--no-install", entryPath], {
    cwd: dirname(entryPath),
    env: Object.fromEntries(handed),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
}

/** The pipe stays open afterwards: its end is how the child learns that this process is gone. */
async function send(job: SyncJob, stdin: Bun.FileSink): Promise<void> {
  try {
    await stdin.write(`${JSON.stringify(job)}\n`);
    await stdin.flush();
  } catch {
    // A child that died before it read its job says why with its exit code and stderr.
  }
}

async function readOutcomes(
  stdout: ReadableStream<Uint8Array>,
  job: SyncJob,
  onOutcome: (outcome: RealmOutcome) => void,
  onProgress: (progress: RealmProgress) => void,
): Promise<void> {
  const open = new Set(job.realms.map(({ id }) => id));
  for await (const line of readLines(stdout, MAX_OUTCOME_BYTES)) {
    const said = parseLine(line);
    if (said === undefined || !open.has(said.realmId)) {
      throw new RealmError("sync_failed", "The sync process wrote something else than one outcome a realm.");
    }
    if (said.kind === "progress") {
      onProgress(said);
      continue;
    }
    open.delete(said.realmId);
    onOutcome(said);
  }
}

function parseLine(line: string): RealmOutcome | RealmProgress | undefined {
  try {
    return syncLineSchema.parse(JSON.parse(line));
  } catch {
    // The caller says what was expected; what was found may be anything and is not repeated.
    return undefined;
  }
}

function broken(how: string, stderr: string, job: SyncJob): RealmError {
  const keys = job.realms.flatMap(({ apiKey }) => apiKey ?? []);
  const text = keys.reduce((said, key) => said.replaceAll(key, "[key]"), stderr).trim();
  // The end of it says what went wrong; the rest is a stack or a warning.
  const said = text.slice(-MAX_SHOWN_CHARS);
  return new RealmError("sync_failed", `The sync process ${how}${said === "" ? "." : `: ${said}`}`);
}

function toRealmError(error: unknown): RealmError {
  if (error instanceof RealmError) return error;
  return new RealmError("sync_failed", `The sync process cannot be listened to: ${messageOf(error)}.`, {
    cause: error,
  });
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not permitted, or the child is gone already: it only would have been more polite.
  }
}
