import { Database } from "bun:sqlite";
import { createBus } from "../../lib/bus.ts";
import type { EventName, EventPayload } from "../../lib/events.ts";
import type { LifeDeps } from "../../lib/life/deps.ts";
import { createLifeWatch, type LifeWatch } from "../../lib/life/watch.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { row, sourceOf } from "../dojo/katas.ts";

export const DAY_MS = 24 * 3_600_000;

export interface LifeWorld {
  registry: RealmsRegistry;
  records: Database;
  watch: LifeWatch;
  deps: LifeDeps;
  /** What was emitted, in order. */
  emitted: Array<{ event: string; data: unknown }>;
  lines: string[];
  /** Sources that a realm serves, by hash. */
  served: Map<string, Uint8Array>;
  time: { now: number };
  payloads<Name extends EventName>(event: Name): Array<EventPayload<Name>>;
  /** The host's row and its receipt, as an install leaves them. */
  install(
    name: string,
    version: string,
    options?: { realm?: string; source?: string; requestId?: string },
  ): void;
  index(...katas: RealmKataMetadata[]): void;
}

/** Installed katas beside one realm, `central`, and the local one. */
export function createLifeWorld(options: { records?: Database; roninVersion?: string } = {}): LifeWorld {
  const { records = new Database(":memory:", { strict: true }), roninVersion = "1.1.1" } = options;
  records.run(hostTable);
  const time = { now: 1_767_225_600_000 };
  const clock = { now: () => time.now };
  const registry = new RealmsRegistry(records, { roninVersion, clock });
  registry.registerRealm({ id: "local", name: "Local", type: "local", enabled: true });
  registry.registerRealm({
    id: "central",
    name: "Central",
    type: "central",
    url: "https://central.test/v1",
    enabled: true,
  });
  const emitted: LifeWorld["emitted"] = [];
  const lines: string[] = [];
  const write = (level: string) => (line: string) => void lines.push(`${level} ${line}`);
  const log = { info: write("info"), warn: write("warn"), error: write("error") };
  const served: LifeWorld["served"] = new Map();
  const deps: LifeDeps = {
    registry,
    bus: createBus(
      { emit: (event, data) => void emitted.push({ event, data }), on: () => {}, off: () => {} },
      log,
    ),
    log,
    clock,
    propose: async ({ realm, name, version }) => registry.requestInstall(name, version, realm),
    fetchSource: async (_realm, hash) => {
      const bytes = served.get(hash);
      if (bytes === undefined) throw new Error("404");
      return bytes;
    },
  };
  let receipts = 0;
  return {
    registry,
    records,
    watch: createLifeWatch(deps),
    deps,
    emitted,
    lines,
    served,
    time,
    // The bus parsed the payload by this event's schema before it was recorded.
    payloads: <Name extends EventName>(event: Name) =>
      emitted.filter((entry) => entry.event === event).map(({ data }) => data as EventPayload<Name>),
    install(name, version, { realm = "central", source = sourceOf(name, version), requestId } = {}) {
      records
        .query("INSERT INTO kata_definitions VALUES (?, ?, ?, ?, '{}', '[]', 'sum', NULL, 1, 1)")
        .run(`${name}_${version}`, name, version, source);
      records
        .query(
          `INSERT INTO kata_install_receipts (id, kata_name, kata_version, from_realm, installed_at,
             checksum_verified, source_hash, compiled_hash, installed_by, request_id)
           VALUES (?, ?, ?, ?, ?, 1, ?, ?, 'mira', ?)`,
        )
        .run(
          `r${++receipts}`,
          name,
          version,
          realm,
          time.now,
          sha256Hex(source),
          sha256Hex(`c ${name} ${version}`),
          requestId ?? null,
        );
      registry.saveSource(sha256Hex(source), Buffer.from(source));
    },
    index: (...katas) => void registry.indexKatas("central", katas),
  };
}

const hostTable = `CREATE TABLE IF NOT EXISTS kata_definitions (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, source_code TEXT NOT NULL,
  compiled_graph TEXT NOT NULL, required_skills TEXT NOT NULL, checksum TEXT NOT NULL,
  ontology_node_id TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)`;

export { row, sourceOf };
