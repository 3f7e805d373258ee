import { spyOn } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  type EmbeddedHost,
  type HostOptions,
  KataCompiler,
  KataParser,
  RONIN_VERSION,
  startHost,
} from "ronin-plugin-api";
import { type EventName, type EventPayload, eventTable } from "../../lib/events.ts";
import { buildRealm } from "../../lib/publish/build-realm.ts";
import type { RealmsRuntime } from "../../lib/runtime/runtime.ts";
import { exampleSkills } from "../../examples/demo/skills.ts";
import { PLANTED_KEY_VARIABLE, plant, planted, searchWorld, withPlanted } from "./planted.ts";
import { type RealmServer, startRealmServer } from "./realm-server.ts";

/** The pack as it stands in this repository, loaded by an embedded host, with the example realm to sync. */
export interface PackWorld {
  host: EmbeddedHost;
  home: string;
  databasePath: string;
  realm: RealmServer;
  events: Array<{ event: EventName; payload: Record<string, unknown> }>;
  emit(event: string, payload: unknown): void;
  /** The next event of this name that fits, past ones included. Fails after five seconds. */
  seen<Name extends EventName>(
    event: Name,
    fits?: (payload: EventPayload<Name>) => boolean,
  ): Promise<EventPayload<Name>>;
  count(event: EventName): number;
  /** What the pack wrote to the console. */
  lines: string[];
  /** Waits for such a line. Fails after five seconds. */
  logged(pattern: RegExp): Promise<string>;
  sync(): Promise<void>;
  stop(): Promise<void>;
}

const agents = resolve(import.meta.dir, "../../agents");
const SEEN_TIMEOUT_MS = 5000;

export async function startPackWorld(
  options: Omit<Partial<HostOptions>, "config"> & {
    realms?: Record<string, unknown>;
    skills?: string[];
    isServed?: boolean;
  } = {},
): Promise<PackWorld> {
  const { realms = {}, skills = exampleSkills, isServed = true, ...hostOptions } = options;
  const home = mkdtempSync(join(tmpdir(), "realms-pack-"));
  mkdirSync(join(home, ".ronin"));
  plant(home);
  const before = process.env.RONIN_REALMS_HOME;
  process.env.RONIN_REALMS_HOME = join(home, "state");
  const lines: string[] = [];
  const spies = (["log", "warn", "error"] as const).map((level) =>
    spyOn(console, level).mockImplementation((line: unknown) => void lines.push(String(line))),
  );
  const realm = await startRealmServer(isServed ? await exampleRealm() : {});
  const host = await startHost({
    home,
    http: false,
    agentDirs: [agents],
    tools: skills.map((name) => ({ name, handler: async () => ({}) })),
    config: {
      realms: {
        realms: [{ id: "examples", name: "Examples", url: realm.url, apiKeyEnv: PLANTED_KEY_VARIABLE }],
        ...realms,
      },
      "other-agent": { token: planted["a setting of another agent"] },
    },
    ...hostOptions,
  });
  // What the pack's tools answer belongs to what is searched when the world stops.
  const told: unknown[] = [];
  const { plugins } = host.api;
  const call = plugins.call.bind(plugins);
  plugins.call = async (...args) => {
    const answer = call(...args);
    told.push(await answer.catch(String));
    return answer;
  };
  const events: PackWorld["events"] = [];
  const checks = new Set<() => void>();
  for (const event of Object.keys(eventTable) as EventName[]) {
    host.api.events.on(event, (payload) => {
      events.push({ event, payload: Object(payload) });
      for (const check of checks) check();
    });
  }
  return {
    host,
    home,
    databasePath: join(home, "ronin.db"),
    realm,
    events,
    emit: (event, payload) => host.api.events.emit(event, withPlanted(event, payload), "test"),
    seen: (event, fits = () => true) =>
      new Promise((found, failed) => {
        const timer = setTimeout(() => {
          checks.delete(check);
          failed(new Error(`no ${event}; seen: ${events.map((seen) => seen.event).join(", ")}`));
        }, SEEN_TIMEOUT_MS);
        const check = (): void => {
          const match = events.find((seen) => seen.event === event && fits(seen.payload as never));
          if (match === undefined) return;
          clearTimeout(timer);
          checks.delete(check);
          found(match.payload as never);
        };
        checks.add(check);
        check();
      }),
    count: (event) => events.filter((seen) => seen.event === event).length,
    lines,
    async logged(pattern) {
      for (let waitedMs = 0; waitedMs < SEEN_TIMEOUT_MS; waitedMs += 10) {
        const line = lines.find((text) => pattern.test(text));
        if (line !== undefined) return line;
        await Bun.sleep(10);
      }
      throw new Error(`no line like ${pattern}; logged: ${lines.join("\n")}`);
    },
    sync: () => host.runAgent("realm-sync-agent"),
    async stop() {
      await runtimeOfProcess()?.retire();
      Reflect.deleteProperty(globalThis, Symbol.for("ronin-realms.runtime"));
      await host.stop();
      await realm.stop();
      for (const spy of spies) spy.mockRestore();
      if (before === undefined) delete process.env.RONIN_REALMS_HOME;
      else process.env.RONIN_REALMS_HOME = before;
      try {
        searchWorld(home, {
          events,
          // The one place where the page's token belongs: the link for the person who started the host.
          "the console": lines.map((line) => line.replace(/\?token=\S+/g, "")),
          "the host's log": host.logs,
          "what a tool answered": told,
        });
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
  };
}

export function runtimeOfProcess(): RealmsRuntime | undefined {
  return Reflect.get(globalThis, Symbol.for("ronin-realms.runtime"));
}

/** The katas of `examples/` as the files of a realm. */
export async function exampleRealm(): Promise<Record<string, Uint8Array>> {
  const out = mkdtempSync(join(tmpdir(), "realms-examples-"));
  try {
    const { written } = await buildRealm(
      {
        katas: resolve(import.meta.dir, "../../examples/katas"),
        out,
        realm: "examples",
        name: "Example katas",
        now: Date.UTC(2026, 10, 22),
      },
      {
        host: { version: RONIN_VERSION, parser: new KataParser(), compiler: new KataCompiler() },
        onProgress: () => {},
        signal: new AbortController().signal,
      },
    );
    return Object.fromEntries(written.map((path) => [path, readFileSync(join(out, path))]));
  } finally {
    rmSync(out, { recursive: true });
  }
}
