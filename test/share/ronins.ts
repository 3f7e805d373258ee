import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../lib/build/build.ts";
import { type HostProcess, startHostProcess } from "../browser/host.ts";
import type { Ran } from "../support/run-here.ts";

export const PASSPHRASE = "correct horse battery staple";
const WAIT_MS = 20_000;

/** A host in a process of its own, with the built pack dropped in, and the built command beside it. */
export interface Ronin {
  home: string;
  origin: string;
  /** Beside the running host, unless the arguments name another port. */
  run(...args: string[]): Promise<Ran>;
  /** What `run` prints with `--json`, when it ended with 0. */
  json(...args: string[]): Promise<Record<string, unknown>>;
  rows(sql: string): Promise<unknown[]>;
  /** An agent lacks something, and sends what it would have written. Resolves with the id of the proposal. */
  miss(intent: string, draft: string): Promise<string>;
  /** As a crash would end it; the command goes on with its files. */
  kill(): Promise<void>;
}

/** Ronins that know nothing of each other, in folders that go with them. */
export interface Ronins extends AsyncDisposable {
  folder: string;
  /** @param realms the `realms` section of its settings, given its home */
  start(realms?: (home: string) => Record<string, unknown>): Promise<Ronin>;
}

export async function makeRonins(): Promise<Ronins> {
  const folder = mkdtempSync(join(tmpdir(), "realms-ronins-"));
  const dist = join(folder, "dist");
  await build({ outDir: dist });
  const started: Ronin[] = [];
  return {
    folder,
    async start(realms = () => ({})) {
      const ronin = await startRonin(join(folder, `ronin-${started.length + 1}`), dist, realms);
      started.push(ronin);
      return ronin;
    },
    async [Symbol.asyncDispose]() {
      for (const ronin of started) await ronin.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startRonin(
  home: string,
  dist: string,
  realms: (home: string) => Record<string, unknown>,
): Promise<Ronin> {
  mkdirSync(join(home, ".ronin"), { recursive: true });
  for (const part of ["agents", "plugins"]) {
    cpSync(join(dist, part), join(home, ".ronin", part), { recursive: true });
  }
  const env = { HOME: home, RONIN_REALMS_HOME: join(home, ".ronin/realms") };
  const host = await startHostProcess({ home, port: 0, config: { realms: realms(home) } }, env);
  const origin = `http://127.0.0.1:${host.port}`;
  // Opens the pack, as it does by itself two seconds after a start.
  await fetch(`${origin}/dojo`);
  const where = { databasePath: join(home, "ronin.db"), port: host.port };
  const run: Ronin["run"] = async (...args) => {
    const child = Bun.spawn(
      [process.execPath, join(dist, "bin/realms.js"), ...args, ...placeFor(args, where)],
      {
        cwd: home,
        env: { PATH: process.env.PATH, REALMS_KEY_PASSPHRASE: PASSPHRASE, ...env },
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      },
    );
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { exitCode: await child.exited, stdout, stderr };
  };
  return {
    home,
    origin,
    run,
    async json(...args) {
      const { exitCode, stdout, stderr } = await run(...args, "--json");
      if (exitCode !== 0)
        throw new Error(`realms ${args.join(" ")} ended with ${exitCode}: ${stdout}${stderr}`);
      return JSON.parse(stdout);
    },
    rows: (sql) => rowsOf(host, sql),
    async miss(intent, draft) {
      await host.ask({ kind: "emit", event: "capability.missing", data: { intent, _proposedDsl: draft } });
      for (const end = performance.now() + WAIT_MS; performance.now() < end; ) {
        const [row] = await rowsOf(host, "SELECT id FROM kata_install_requests WHERE status = 'pending'");
        const { id } = Object(row);
        if (typeof id === "string") return id;
        await Bun.sleep(20);
      }
      throw new Error("no proposal");
    },
    kill: () => host.kill(),
  };
}

/** Commands that publish know no host, and the last of two ports would count. */
function placeFor(
  args: readonly string[],
  { databasePath, port }: { databasePath: string; port: number },
): string[] {
  if (["keys", "build", "sign", "check", "withdraw"].includes(args[0] ?? "")) return [];
  return ["--db", databasePath, ...(args.includes("--port") ? [] : ["--port", String(port)])];
}

async function rowsOf(host: HostProcess, sql: string): Promise<unknown[]> {
  return (await host.ask({ kind: "query", sql })).rows ?? [];
}
