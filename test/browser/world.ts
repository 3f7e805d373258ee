import { Database } from "bun:sqlite";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../lib/build/build.ts";
import type { RealmServer } from "../support/realm-server.ts";
import { type HostProcess, startHostProcess } from "./host.ts";

/** A realm that the host follows from the start. */
export interface FollowedRealm {
  id: string;
  name: string;
  server: RealmServer;
  /** What it is pinned to, where it is signed. */
  root?: string;
}

/** A running host with the built pack in it, and realms to follow. */
export interface World {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** The link that the host prints: it logs a browser in. */
  link(): string;
  databasePath: string;
  host(): HostProcess;
  /** Syncs every realm and waits until all of them are, its own too: a page that tells of one is not quiet. */
  sync(): Promise<void>;
  /** An agent lacks something. Resolves with the id of the proposal that comes of it. */
  miss(intent: string): Promise<string>;
  /** Changes a row behind the host's back. */
  edit(sql: string): void;
  /** Starts the host again on the same port, with the same state. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const WAIT_MS = 20_000;
const SYNC_MS = 150_000;
let built: Promise<string> | undefined;

/** Built once in this process, as it is dropped into a host. */
function builtPack(): Promise<string> {
  built ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "realms-browser-dist-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    await build({ outDir: join(folder, "dist") });
    return join(folder, "dist");
  })();
  return built;
}

export async function startWorld(realms: readonly FollowedRealm[]): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), "realms-browser-"));
  const ronin = join(home, ".ronin");
  mkdirSync(ronin);
  writeFileSync(join(ronin, "config.json"), "{}\n");
  for (const part of ["agents", "plugins"])
    cpSync(join(await builtPack(), part), join(ronin, part), { recursive: true });
  const followed = realms.map(({ server, ...realm }) => ({ ...realm, type: "custom", url: server.url }));
  const config = { realms: { approvals: "confirmed", realms: followed } };
  const start = (port: number): Promise<HostProcess> =>
    startHostProcess({ home, port, config }, { RONIN_REALMS_HOME: join(ronin, "realms") });

  const tokenPath = join(ronin, "realms/page.token");
  let host = await start(0);
  // The host prints the link once it has opened its database.
  await until(async () => existsSync(tokenPath), "the link");
  const { port } = host;
  const origin = `http://127.0.0.1:${port}`;
  const databasePath = join(home, "ronin.db");
  const rows = async (sql: string): Promise<unknown[]> => (await host.ask({ kind: "query", sql })).rows ?? [];
  return {
    origin,
    link: () => `${origin}/dojo?token=${readFileSync(tokenPath, "utf8").trim()}`,
    databasePath,
    host: () => host,
    async sync() {
      await host.ask({ kind: "sync" });
      const open = "SELECT id FROM realms WHERE last_synced_at IS NULL";
      await until(async () => (await rows(open)).length === 0, "the realms to be synced", SYNC_MS);
    },
    async miss(intent) {
      const pending = "SELECT id FROM kata_install_requests WHERE status = 'pending'";
      const before = new Set((await rows(pending)).map((row) => JSON.stringify(row)));
      await host.ask({ kind: "emit", event: "capability.missing", data: { intent } });
      let id = "";
      await until(async () => {
        const fresh = (await rows(pending)).find((row) => !before.has(JSON.stringify(row)));
        id = isRow(fresh) ? fresh.id : "";
        return id !== "";
      }, "a proposal");
      return id;
    },
    edit(sql) {
      const database = new Database(databasePath, { strict: true });
      // The host may be writing at this very moment.
      database.run("PRAGMA busy_timeout = 10000");
      database.run(sql);
      database.close();
    },
    async restart() {
      await host.kill();
      host = await start(port);
    },
    async stop() {
      await host.kill();
      for (const { server } of realms) await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function isRow(row: unknown): row is { id: string } {
  return typeof row === "object" && row !== null && "id" in row && typeof row.id === "string";
}

async function until(holds: () => Promise<boolean>, what: string, withinMs = WAIT_MS): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms for ${what}`);
    await Bun.sleep(50);
  }
}
