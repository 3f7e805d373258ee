import { Database } from "bun:sqlite";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RoninCheckout } from "./ronin-checkout.ts";

export interface RoninOptions {
  ronin: RoninCheckout;
  /** The `realms` section of the config file. */
  realms: Record<string, unknown>;
  /** Puts the pack where the host will find it; returns what to add to its environment. */
  install: (home: string) => Promise<Record<string, string>>;
}

/** A real Ronin in scratch folders: its HOME, its working directory and its database are its own. */
export interface RunningRonin {
  home: string;
  databasePath: string;
  port: number;
  env: Record<string, string>;
  /** What it printed so far. */
  log(): string;
  post(event: string, data: unknown): Promise<void>;
  rows<Row>(sql: string): Row[];
  /** Polls until `find` answers; undefined after `timeoutMs`. */
  until<Value>(find: () => Value | undefined, timeoutMs: number): Promise<Value | undefined>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;

export async function startRonin({ ronin, realms, install }: RoninOptions): Promise<RunningRonin> {
  const scratch = mkdtempSync(join(tmpdir(), "ronin-host-"));
  const home = join(scratch, "home");
  const cwd = join(scratch, "work");
  mkdirSync(join(home, ".ronin"), { recursive: true });
  mkdirSync(cwd);
  // The host starts only where a package.json of this name lies.
  writeFileSync(join(cwd, "package.json"), JSON.stringify({ name: "ronin", version: ronin.version }));
  writeFileSync(join(home, ".ronin/config.json"), JSON.stringify({ realms }));
  const port = await findFreePort();
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    TMPDIR: scratch,
    WEBHOOK_PORT: String(port),
    ...(await install(home)),
  };
  const databasePath = join(cwd, "ronin.db");
  const logPath = join(scratch, "ronin.log");
  const child = Bun.spawn(
    [
      process.execPath,
      join(ronin.root, "src/cli/index.ts"),
      "start",
      "--agent-dir",
      join(ronin.root, "agents"),
      "--plugin-dir",
      join(ronin.root, "plugins"),
    ],
    { cwd, env, stdin: "ignore", stdout: Bun.file(logPath), stderr: Bun.file(`${logPath}.err`) },
  );
  const running: RunningRonin = {
    home,
    databasePath,
    port,
    env,
    log: () => [logPath, `${logPath}.err`].map(readIfThere).join(""),
    async post(event, data) {
      const response = await fetch(`http://127.0.0.1:${port}/api/events/emit`, {
        method: "POST",
        body: JSON.stringify({ event, data, source: "test-host" }),
      });
      if (!response.ok) throw new Error(`posting ${event}: HTTP ${response.status}`);
    },
    rows: (sql) => readRows(databasePath, sql),
    until,
    async stop() {
      child.kill("SIGTERM");
      const isGone = await Promise.race([child.exited.then(() => true), Bun.sleep(5000).then(() => false)]);
      if (!isGone) child.kill("SIGKILL");
      await child.exited;
      rmSync(scratch, { recursive: true, force: true });
    },
  };
  const isUp = await until(async () => {
    if (child.exitCode !== null)
      throw new Error(`Ronin ended with ${child.exitCode}: ${running.log().slice(-600)}`);
    const status = await fetch(`http://127.0.0.1:${port}/api/status`).catch(() => undefined);
    return status?.ok ? true : undefined;
  }, START_TIMEOUT_MS);
  if (isUp) return running;
  await running.stop();
  throw new Error("Ronin did not come up within a minute");
}

async function until<Value>(
  find: () => Value | undefined | Promise<Value | undefined>,
  timeoutMs: number,
): Promise<Value | undefined> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 200) {
    const found = await find();
    if (found !== undefined) return found;
    await Bun.sleep(200);
  }
  return undefined;
}

function readRows<Row>(path: string, sql: string): Row[] {
  const database = new Database(path, { readonly: true });
  try {
    database.run("PRAGMA busy_timeout = 5000");
    return database.query<Row, []>(sql).all();
  } finally {
    database.close();
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Nothing was printed yet.
    return "";
  }
}

async function findFreePort(): Promise<number> {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const { port } = server;
  await server.stop(true);
  if (port === undefined) throw new Error("no free port");
  return port;
}
