import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { createBus } from "../../lib/bus.ts";
import { runRealms } from "../../lib/cli/run.ts";
import type { Surroundings } from "../../lib/cli/surroundings.ts";
import { createDesk } from "../../lib/desk/desk.ts";
import { emitFromRequest } from "../../lib/embedded-host/http-emit.ts";
import { messageOf, RealmsError } from "../../lib/errors.ts";
import { handleApproval, handleRejection } from "../../lib/install/decide.ts";
import type { ApprovalPolicy } from "../../lib/install/deps.ts";
import { verifyInstalled } from "../../lib/install/verify-installed.ts";
import { isLoopbackHost } from "../../lib/model/realm.ts";
import { readOrCreateApprovalKey } from "../../lib/runtime/approval-key.ts";
import { writeHostNote } from "../../lib/runtime/host-note.ts";
import { readOrCreatePageToken } from "../../lib/runtime/page-token.ts";
import { approvalKeyPath, hostNotePath, pageTokenPath } from "../../lib/runtime/paths.ts";
import { readUserName } from "../../lib/runtime/user-name.ts";
import { createPage } from "../../lib/web/page.ts";
import { createRecordingLog, type RecordingLog } from "../events/recording-log.ts";
import { type InstallWorld, startInstallWorld } from "../support/install-world.ts";
import { refuseSecrets } from "../support/planted.ts";

export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** A terminal, where each of these is typed once its text has shown up. Without it there is no terminal. */
  typing?: ReadonlyArray<{ after: string; keys: string }>;
  env?: Record<string, string>;
  signal?: AbortSignal;
  /** How much faster than asked for the fake time runs while the command waits. Default 1. */
  timeLapse?: number;
  /** Leaves `--db` and `--port` out. */
  findsHost?: boolean;
}

/** A host with a database, its page and the pack's own decision handling, and the command beside it. */
export interface CommandWorld extends InstallWorld {
  env: Record<string, string>;
  port: number;
  keyPath: string;
  key: Uint8Array;
  /** What was decided or asked for on the host's bus. */
  posts: Array<{ event: string; data: Record<string, unknown> }>;
  /** What the host said about decisions. */
  hostLog: RecordingLog["lines"];
  /** Stands before what the host does with a request. Default: nothing does. */
  answer: (request: Request, pass: () => Promise<Response>) => Response | Promise<Response>;
  /** Changes a row behind the registry's back. */
  edit(sql: string): void;
  /** Leaves the note that a running host leaves. */
  noteHost(approvals: "confirmed" | "event", roninVersion?: string): void;
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
}

export async function startCommandWorld(options: { approvals?: ApprovalPolicy } = {}): Promise<CommandWorld> {
  const stateDir = mkdtempSync(join(tmpdir(), "realms-cli-"));
  const env = { RONIN_REALMS_HOME: stateDir };
  const keyPath = approvalKeyPath(env);
  const key = readOrCreateApprovalKey(keyPath);
  const install = await startInstallWorld({
    approvals: options.approvals ?? { mode: "confirmed", key: () => key },
  });
  const log = createRecordingLog();
  const { deps } = install;
  deps.log = log;
  const bus = createBus(install.api.events, log);
  const posts: CommandWorld["posts"] = [];
  for (const event of ["kata.user_approved", "kata.user_rejected", "kata.restore_requested"]) {
    install.api.events.on(event, (data) => posts.push({ event, data: Object(data) }));
  }
  bus.on("kata.user_approved", (approval) => handleApproval(deps, install.installer, approval));
  bus.on("kata.user_rejected", (rejection) => handleRejection(deps, rejection));

  const desk = createDesk({
    ...deps,
    events: install.api.events,
    approvals: deps.approvals,
    tools: undefined,
    host: () => deps.host(),
    fetchSource: (...asked) => deps.fetchSource(...asked),
    findFirstRoot: async () => undefined,
    propose: async ({ name, version }) => install.propose(name, version ?? "v1"),
    sync: async () => ({ kind: "finished", outcomes: [] }),
    onSyncProgress: () => () => {},
    verify: () => verifyInstalled({ registry: deps.registry, heads: { read: () => undefined } }),
    person: readUserName,
  });
  const page = createPage({
    desk,
    token: readOrCreatePageToken(pageTokenPath(env)),
    isHostAllowed: isLoopbackHost,
    toProblem: (error) =>
      error instanceof RealmsError ? { code: error.code, message: messageOf(error) } : undefined,
    approvals: deps.approvals.mode,
    roninVersion: "1.1.1",
    clock: deps.clock,
    log,
  });
  const answerAsHost = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/status") return Response.json({ running: true });
    if (pathname === "/api/events/emit") return await emitFromRequest(request, install.host.api.events);
    return await page.answer(request);
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => world.answer(request, () => answerAsHost(request)),
  });
  const world: CommandWorld = {
    ...install,
    env,
    port: server.port ?? 0,
    keyPath,
    key,
    posts,
    hostLog: log.lines,
    answer: (_request, pass) => pass(),
    edit(sql) {
      const database = new Database(install.databasePath);
      database.run(sql);
      database.close();
    },
    noteHost(approvals, roninVersion = "1.1.1") {
      const { databasePath } = install;
      const startedAt = install.clock.now();
      writeHostNote(hostNotePath(env), {
        pid: 1,
        port: server.port ?? 0,
        databasePath,
        approvals,
        startedAt,
        roninVersion,
      });
    },
    run: (args, runOptions = {}) => runIn(world, args, runOptions),
    async stop() {
      await server.stop(true);
      page.close();
      desk.close();
      await install.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
  return world;
}

async function runIn(world: CommandWorld, args: readonly string[], options: RunOptions): Promise<Ran> {
  const stdin = new PassThrough();
  const typing = [...(options.typing ?? [])];
  let stdout = "";
  let stderr = "";
  const around: Surroundings = {
    env: { ...world.env, ...options.env },
    cwd: join(world.databasePath, ".."),
    clock: world.clock,
    stdin,
    stdout: collect((text) => {
      stdout += text;
      const next = typing[0];
      if (next === undefined || !stdout.includes(next.after)) return;
      typing.shift();
      // The prompt starts to listen once it has been drawn.
      setImmediate(() => stdin.write(next.keys));
    }),
    stderr: collect((text) => {
      stderr += text;
    }),
    isTTY: options.typing !== undefined,
    userName: () => "mira",
    async wait(ms) {
      world.clock.at += ms * (options.timeLapse ?? 1);
      await Bun.sleep(1);
    },
    signal: options.signal ?? new AbortController().signal,
  };
  const host = options.findsHost === true ? [] : ["--db", world.databasePath, "--port", String(world.port)];
  const exitCode = await runRealms([...args, ...host], around);
  stdin.destroy();
  refuseSecrets("what the command printed", stdout + stderr);
  return { exitCode, stdout, stderr };
}

function collect(take: (text: string) => void): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      take(String(chunk));
      done();
    },
  });
}
