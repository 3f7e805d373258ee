import { Database } from "bun:sqlite";
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EmbeddedHost, startHost } from "ronin-plugin-api";
import { type EventName, type EventPayload, eventTable } from "../../lib/events.ts";
import type { RealmsRuntime } from "../../lib/runtime/runtime.ts";
import { exampleSkills } from "../../examples/demo/skills.ts";
import { exampleRealm } from "../support/pack-world.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { watchTimers } from "./live-timers.ts";

/** The pack in an embedded host with a realm to follow, without a test around it: it has to live for an hour. */
export interface SoakWorld extends AsyncDisposable {
  host: EmbeddedHost;
  /** Asks for a kata, approves it, waits until it is installed. */
  install(): Promise<void>;
  /** Takes the installed katas out of the host's table, so that the next install is one. */
  forget(): void;
  sync(): Promise<void>;
  reload(): Promise<void>;
  emit(event: EventName, payload: unknown): void;
  /** How often the event was emitted. */
  count(event: EventName): number;
  sample(): Promise<Sample>;
}

/** What must not grow. */
export interface Sample {
  /** Resident memory after a collection, and after what it freed has gone back to the system. */
  rssBytes: number;
  handlers: number;
  timers: number;
  openFiles: number;
}

const agents = resolve(import.meta.dir, "../../agents");
const agentFiles = ["dojo-agent.ts", "realm-sync-agent.ts"].map((name) => join(agents, name));
const NEED = "I need to track all recurring subscriptions";
const PATIENCE_MS = 60_000;
const GIVING_BACK_MS = 2000;

export async function startSoakWorld(): Promise<SoakWorld> {
  const home = mkdtempSync(join(tmpdir(), "realms-soak-"));
  mkdirSync(join(home, ".ronin"));
  const before = process.env.RONIN_REALMS_HOME;
  process.env.RONIN_REALMS_HOME = join(home, "state");
  const timers = watchTimers();
  const { log, warn, error } = console;
  Object.assign(console, { log() {}, warn() {}, error() {} });
  const realm = await startRealmServer(await exampleRealm());
  const host = await startHost({
    home,
    http: false,
    agentDirs: [agents],
    logger: () => {},
    tools: exampleSkills.map((name) => ({ name, handler: async () => ({}) })),
    config: { realms: { realms: [{ id: "examples", name: "Examples", url: realm.url }] } },
  });
  const counts = new Map<string, number>();
  const waiting = new Map<string, (payload: never) => void>();
  const names = Object.keys(eventTable) as EventName[];
  for (const name of names) {
    host.api.events.on(name, (payload) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      const found = waiting.get(name);
      waiting.delete(name);
      found?.(payload as never);
    });
  }
  const emit = (event: EventName, payload: unknown): void => host.api.events.emit(event, payload, "soak");
  const next = <Name extends EventName>(event: Name, act: () => void): Promise<EventPayload<Name>> =>
    new Promise((found, failed) => {
      const timer = setTimeout(() => failed(new Error(`no ${event} came`)), PATIENCE_MS);
      waiting.set(event, (payload) => {
        clearTimeout(timer);
        found(payload);
      });
      act();
    });
  return {
    host,
    emit,
    count: (event) => counts.get(event) ?? 0,
    async install() {
      const ask = (): void => emit("capability.missing", { intent: NEED });
      const { proposalId } = await next("kata.install_proposed", ask);
      await next("kata.installed", () => emit("kata.user_approved", { proposalId, approvedBy: "soak" }));
    },
    forget() {
      const database = new Database(join(home, "ronin.db"));
      database.run("PRAGMA busy_timeout = 5000");
      database.run("DELETE FROM kata_definitions");
      database.close();
    },
    sync: () => host.runAgent("realm-sync-agent"),
    async reload() {
      for (const file of agentFiles) {
        const result = await host.reload(file);
        if (!result.success) throw new Error(result.error);
      }
    },
    async sample() {
      // The host keeps every line for its monitor, and the realm's server every request: not what is measured.
      host.logs.length = 0;
      realm.requests.length = 0;
      // What a collection frees goes back to the system a second or two later, up to 8 MiB of it.
      Bun.gc(true);
      await sleep(GIVING_BACK_MS);
      Bun.gc(true);
      return {
        rssBytes: process.memoryUsage().rss,
        handlers: host.api.events
          .getRegisteredEvents()
          .reduce((sum, { handlerCount }) => sum + handlerCount, 0),
        timers: timers.count(),
        openFiles: countOpenFiles(),
      };
    },
    async [Symbol.asyncDispose]() {
      const slot = Symbol.for("ronin-realms.runtime");
      const runtime: RealmsRuntime | undefined = Reflect.get(globalThis, slot);
      await runtime?.retire();
      Reflect.deleteProperty(globalThis, slot);
      await host.stop();
      await realm.stop();
      timers[Symbol.dispose]();
      Object.assign(console, { log, warn, error });
      if (before === undefined) delete process.env.RONIN_REALMS_HOME;
      else process.env.RONIN_REALMS_HOME = before;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Files, sockets and pipes but for this process's own output, which Bun opens again as it likes. */
function countOpenFiles(): number {
  const folder = "/proc/self/fd";
  const nameOf = (file: string): string | undefined => {
    try {
      return readlinkSync(join(folder, file));
    } catch {
      // The folder itself was open while it was read.
      return undefined;
    }
  };
  const own = new Set(["0", "1", "2"].map(nameOf));
  return readdirSync(folder)
    .map(nameOf)
    .filter((name) => name !== undefined && !own.has(name)).length;
}
