import { Database } from "bun:sqlite";
import { EventBus } from "../../lib/embedded-host/events.ts";
import { KataCompiler } from "../../lib/embedded-host/kata/compiler.ts";
import { KataParser } from "../../lib/embedded-host/kata/parser.ts";
import { type RealmKataMetadata, RealmsRegistry } from "../../lib/index.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import type { Scope } from "./scope.ts";

/** A registry as the guide opens it, the host's bus, and everything that a block prints and emits. */
export interface Setting {
  scope: Scope;
  registry: RealmsRegistry;
  database: Database;
  events: EventBus;
  printed: unknown[][];
  complained: unknown[][];
  emitted: Array<{ type: string; payload: Record<string, unknown>; source: string }>;
}

export type Surroundings = { roninVersion?: string; hasSkill?: (name: string) => boolean };

export const auditSource = `kata finance.audit v2
requires skill mail.search
initial gather
phase gather
  run skill mail.search
  complete
`;

/** Realms `team` (custom), `central` and `local`, all enabled and still empty. */
export function createSetting(around: Surroundings = {}, given: Partial<Scope> = {}): Setting {
  const database = new Database(":memory:");
  const registry = new RealmsRegistry(database, around);
  registry.registerRealm({
    id: "team",
    name: "Team",
    type: "custom",
    url: "https://realms.acme.example",
    enabled: true,
  });
  registry.registerRealm({
    id: "central",
    name: "Central Realms",
    type: "central",
    url: "https://realms.ronin.dev/v1",
    enabled: true,
  });
  registry.registerRealm({ id: "local", name: "This Ronin", type: "local", enabled: true });

  const printed: unknown[][] = [];
  const complained: unknown[][] = [];
  const emitted: Setting["emitted"] = [];
  const events = new EventBus(() => undefined);
  // Where the host shows every event with its source, which handlers do not get.
  events.on(
    "target:event-monitor:capture",
    (capture) => void emitted.push(capture as Setting["emitted"][number]),
  );

  const ast = new KataParser().parse(auditSource);
  const audit = row("finance.audit", "v2", { requiredSkills: ["mail.search"] });
  const scope: Scope = {
    registry,
    api: { events },
    console: {
      log: (...values) => void printed.push(values),
      error: (...values) => void complained.push(values),
    },
    metadata: audit,
    request: {
      id: "unset",
      kataName: audit.name,
      kataVersion: audit.version,
      fromRealm: "central",
      requestedAt: 0,
      status: "pending",
    },
    query: "finance",
    realmIds: ["central"],
    uuid: "3f0e8c52-94a1-4f7b-8f43-5a2d1f0b6c11",
    ai: { complete: async () => draft },
    compiler: new KataCompiler(),
    ast,
    source: auditSource,
    crypto: { sha256: sha256Hex },
    db: { query: (sql, values) => database.query(sql).run(toBindings(values)) },
    fetchRealmIndex: async () => ({ katas: [] }),
    offered: [audit],
    draft,
    indexRow: {
      ...audit,
      sourceHash: sha256Hex(auditSource),
      compiledHash: sha256Hex(JSON.stringify(new KataCompiler().compile(ast))),
    },
    ...given,
  };
  return { scope, registry, database, events, printed, complained, emitted };
}

/** A row of a realm's index that is no more than it must be. */
export function row(name: string, version: string, rest: Partial<RealmKataMetadata> = {}): RealmKataMetadata {
  return {
    name,
    version,
    requiredSkills: [],
    tags: [],
    complexity: "simple",
    sourceHash: sha256Hex(`source of ${name} ${version}`),
    compiledHash: sha256Hex(`graph of ${name} ${version}`),
    ...rest,
  };
}

const draft = {
  phases: [
    { name: "read", action: "run skill slack.read" },
    { name: "post", action: "run skill discord.post" },
  ],
  requiredSkills: ["slack.read", "discord.post"],
  tags: ["sync"],
};

function toBindings(values: object): Record<string, string | number | boolean> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`$${name}`, value]));
}
