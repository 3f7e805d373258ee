import { Database } from "bun:sqlite";
import { createBus } from "../../lib/bus.ts";
import type { DojoDeps, HostTool } from "../../lib/dojo/deps.ts";
import { createDojo, type Dojo } from "../../lib/dojo/dojo.ts";
import { messageOf } from "../../lib/errors.ts";
import type { EventName, EventPayload } from "../../lib/events.ts";
import type { HostEvents } from "../../lib/host.ts";
import { planInstall } from "../../lib/install/plan.ts";
import type { Log } from "../../lib/log.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import type { Realm } from "../../lib/model/realm.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { kataClasses } from "./kata-classes.ts";
import { RONIN } from "./katas.ts";

export interface TestDojo {
  dojo: Dojo;
  registry: RealmsRegistry;
  records: Database;
  events: HostEvents;
  /** What was emitted, in order. */
  emitted: Array<{ event: string; data: unknown; source: string }>;
  /** Log lines with their level in front. */
  lines: string[];
  payloads<Name extends EventName>(event: Name): Array<EventPayload<Name>>;
  /** Writes a kata into the host's own table, as the host's registry does. */
  registerOnHost(name: string, version: string, source: string): void;
  addRealm(id: string, katas?: RealmKataMetadata[], more?: Partial<Realm>): void;
}

export interface TestDojoOptions {
  realms?: Record<string, RealmKataMetadata[]>;
  /** Default: every skill. */
  skills?: readonly string[];
  /** Default: none. */
  tools?: HostTool[];
  ai?: DojoDeps["ai"];
  modelTimeoutMs?: number;
  draftTimeoutMs?: number;
  syncer?: Partial<DojoDeps["syncer"]>;
  kataHost?: DojoDeps["kataHost"];
  /** Default: the planner of the install room. */
  planInstall?: DojoDeps["planInstall"];
}

/** A Dojo over a real registry in memory, the real planner and the embedded host's kata classes. */
export function createTestDojo(options: TestDojoOptions = {}): TestDojo {
  const records = new Database(":memory:", { strict: true });
  records.run(hostTable);
  const { skills } = options;
  const hasSkill = (name: string): boolean => skills?.includes(name) ?? true;
  const registry = new RealmsRegistry(records, { roninVersion: RONIN, hasSkill });
  const lines: string[] = [];
  const log = recordingLog(lines);
  const emitted: TestDojo["emitted"] = [];
  const events = recordingEvents(emitted);

  const addRealm: TestDojo["addRealm"] = (id, katas = [], more = {}) => {
    registry.registerRealm({
      id,
      name: id,
      type: "custom",
      url: `https://${id}.test/v1`,
      enabled: true,
      ...more,
    });
    registry.indexKatas(id, katas);
  };
  registry.registerRealm({ id: "local", name: "Local", type: "local", enabled: true });
  for (const [id, katas] of Object.entries(options.realms ?? {})) addRealm(id, katas);

  const dojo = createDojo({
    registry,
    bus: createBus(events, log),
    log,
    planInstall: options.planInstall ?? ((kata) => planInstall({ registry, hasSkill }, kata)),
    kataHost: options.kataHost ?? (async () => kataClasses),
    hasSkill,
    tools: () => options.tools ?? [],
    syncer: { waitForFirstSync: async () => {}, refreshStale: async () => {}, ...options.syncer },
    ...(options.ai === undefined ? {} : { ai: options.ai }),
    modelTimeoutMs: options.modelTimeoutMs,
    draftTimeoutMs: options.draftTimeoutMs,
  });

  return {
    dojo,
    registry,
    records,
    events,
    emitted,
    lines,
    addRealm,
    // The bus parsed the payload by this event's schema before it was recorded.
    payloads: <Name extends EventName>(event: Name) =>
      emitted.filter((entry) => entry.event === event).map(({ data }) => data as EventPayload<Name>),
    registerOnHost(name, version, source) {
      const graph = JSON.stringify({
        name,
        version,
        requires: [],
        initial: "a",
        phases: {},
        requiredSkills: [],
      });
      records
        .query("INSERT INTO kata_definitions VALUES (?, ?, ?, ?, ?, '[]', 'sum', NULL, 1, 1)")
        .run(`${name}_${version}`, name, version, source, graph);
    },
  };
}

/** Whether something went wrong on the way: what a passing flow must not log. */
export function hasError(lines: readonly string[]): boolean {
  return lines.some((line) => line.startsWith("error"));
}

function recordingLog(lines: string[]): Log {
  const write = (level: string) => (line: string) => void lines.push(`${level} ${line}`);
  return { info: write("info"), warn: write("warn"), error: write("error") };
}

/** Synchronous, data only, a source is required, and a handler that throws does not stop the others. */
function recordingEvents(emitted: TestDojo["emitted"]): HostEvents {
  const handlers = new Map<string, Set<(data: unknown) => void>>();
  const handlersOf = (event: string) => handlers.get(event) ?? new Set();
  return {
    emit(event, data, source) {
      if (typeof source !== "string" || source === "") throw new Error("emit requires a source");
      emitted.push({ event, data, source });
      for (const handler of handlersOf(event)) {
        try {
          handler(data);
        } catch (error) {
          console.error(messageOf(error));
        }
      }
    },
    on: (event, handler) => void handlers.set(event, handlersOf(event).add(handler)),
    off: (event, handler) => void handlersOf(event).delete(handler),
  };
}

const hostTable = `CREATE TABLE kata_definitions (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, source_code TEXT NOT NULL,
  compiled_graph TEXT NOT NULL, required_skills TEXT NOT NULL, checksum TEXT NOT NULL,
  ontology_node_id TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)`;
