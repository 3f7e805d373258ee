import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedHost, KataCompiler, KataParser, KataRegistry, startHost } from "ronin-plugin-api";
import { createBus } from "../../lib/bus.ts";
import { RealmError } from "../../lib/errors.ts";
import { type EventName, type EventPayload, eventTable } from "../../lib/events.ts";
import type { HostApi } from "../../lib/host.ts";
import { handleApproval, handleRejection } from "../../lib/install/decide.ts";
import type { ApprovalPolicy, InstallDeps } from "../../lib/install/deps.ts";
import { createInstaller, type Installer } from "../../lib/install/installer.ts";
import { planInstall } from "../../lib/install/plan.ts";
import type { KataInstallRequest } from "../../lib/model/install.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import { openRegistry } from "../../lib/registry/open.ts";
import type { RealmsRegistry } from "../../lib/registry/registry.ts";
import { describeCompiled } from "../../lib/trust/describe.ts";
import { plant, searchWorld } from "./planted.ts";

/** Everything around an install that is real and cheap: a host, its database file, a registry beside it. */
export interface InstallWorld {
  host: EmbeddedHost;
  api: HostApi;
  registry: RealmsRegistry;
  deps: InstallDeps;
  installer: Installer;
  databasePath: string;
  clock: { at: number; now(): number };
  /** What a realm serves, by source hash. Tests tamper with it. */
  served: Map<string, Uint8Array>;
  /** Hashes that were asked for. */
  fetched: string[];
  /** Our events, oldest first. */
  events: Array<{ event: EventName; payload: Record<string, unknown> }>;
  proposedAgain: string[];
  /** Lists a kata in the realm and serves its source. `claims` change what the index says about it. */
  publish(source: string, claims?: Partial<RealmKataMetadata>, realm?: string): RealmKataMetadata;
  /** Opens a request as the Dojo does: with what a person is shown. */
  propose(name: string, version: string, realm?: string): KataInstallRequest;
  approve(payload: Partial<EventPayload<"kata.user_approved">> & { proposalId: string }): Promise<void>;
  reject(payload: Partial<EventPayload<"kata.user_rejected">> & { proposalId: string }): Promise<void>;
  /** `name@version` of what stands in the host's own table, read through another connection. */
  registered(): string[];
  receipts(): string[];
  stop(): Promise<void>;
}

export const REALM = "acme";
export const SKILLS = ["local.reasoning", "local.notify"];

export async function startInstallWorld(
  options: { approvals?: ApprovalPolicy; skills?: string[] } = {},
): Promise<InstallWorld> {
  const home = mkdtempSync(join(tmpdir(), "realms-install-"));
  plant(home);
  const skills = options.skills ?? SKILLS;
  const host = await startHost({
    home,
    http: false,
    tools: skills.map((name) => ({ name, handler: async () => ({}) })),
  });
  const api: HostApi = host.api;
  const databasePath = join(home, "ronin.db");
  const clock = { at: 1_790_000_000_000, now: () => clock.at };
  const hasSkill = (name: string): boolean => skills.includes(name);
  const { registry, close } = openRegistry({
    recordsPath: databasePath,
    indexPath: join(home, "ronin.realms-index.db"),
    hasSkill,
    clock,
  });
  registry.registerRealm({
    id: REALM,
    name: "Acme",
    type: "custom",
    url: "https://acme.example",
    enabled: true,
  });
  registry.registerRealm({ id: "local", name: "This Ronin", type: "local", enabled: true });

  const served = new Map<string, Uint8Array>();
  const fetched: string[] = [];
  const proposedAgain: string[] = [];
  const events: InstallWorld["events"] = [];
  for (const event of Object.keys(eventTable) as EventName[]) {
    api.events.on(event, (payload) => events.push({ event, payload: Object(payload) }));
  }
  const log = { info() {}, warn() {}, error() {} };
  const parser = new KataParser();
  const compiler = new KataCompiler();
  const hostRegistry = new KataRegistry(host.api);
  const deps: InstallDeps = {
    registry,
    bus: createBus(api.events, log),
    log,
    clock,
    owner: "test",
    host: async () => ({ version: "1.1.1", parser, compiler, registry: hostRegistry }),
    hasSkill,
    async fetchSource(_realm, hash) {
      fetched.push(hash);
      const bytes = served.get(hash);
      if (bytes === undefined) throw new RealmError("not_found", "no such file");
      return bytes;
    },
    async proposeAgain(request) {
      proposedAgain.push(request.id);
    },
    approvals: options.approvals ?? { mode: "event" },
    database: databasePath,
  };
  const installer = createInstaller(deps);

  return {
    host,
    api,
    registry,
    deps,
    installer,
    databasePath,
    clock,
    served,
    fetched,
    events,
    proposedAgain,
    publish(source, claims = {}, realm = REALM) {
      const truth = describeCompiled(compiler.compile(parser.parse(source)), source);
      const row = { ...truth, ...claims };
      served.set(row.sourceHash, new TextEncoder().encode(source));
      registry.indexKatas(realm, [row]);
      return row;
    },
    propose(name, version, realm = REALM) {
      const offers = registry.getVersions(realm, name).flatMap((kata) => {
        try {
          const { planHash } = planInstall(deps, { realm, name, version: kata.version });
          return [
            { version: kata.version, sourceHash: kata.sourceHash, compiledHash: kata.compiledHash, planHash },
          ];
        } catch {
          // A version without a plan is shown, but there is nothing to vouch for.
          return [];
        }
      });
      return registry.requestInstall(name, version, realm, { intent: "a need", offers });
    },
    approve: (payload) =>
      handleApproval(deps, installer, {
        approvedBy: "mira",
        ...payload,
      } as EventPayload<"kata.user_approved">),
    reject: (payload) =>
      handleRejection(deps, {
        rejectedBy: "mira",
        reason: "no",
        ...payload,
      } as EventPayload<"kata.user_rejected">),
    registered: () =>
      read<{ kata: string }>(
        databasePath,
        "SELECT name || '@' || version AS kata FROM kata_definitions ORDER BY 1",
      ).map(({ kata }) => kata),
    receipts: () =>
      read<{ kata: string }>(
        databasePath,
        "SELECT kata_name || '@' || kata_version AS kata FROM kata_install_receipts ORDER BY 1",
      ).map(({ kata }) => kata),
    async stop() {
      await installer.stop();
      close();
      await host.stop();
      try {
        searchWorld(home, { events, "the host's log": host.logs });
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
  };
}

/** Reads the files themselves: what no object in this process could make up. */
export function read<Row>(path: string, sql: string): Row[] {
  const database = new Database(path, { readonly: true });
  try {
    return database.query<Row, []>(sql).all();
  } finally {
    database.close();
  }
}

/** A small kata of one skill that requires others. */
export function kata(
  name: string,
  version = "v1",
  requires: readonly string[] = [],
  skill = "local.reasoning",
): string {
  const katas = requires.map((ref) => `requires kata ${ref.replace("@", " ")}\n`).join("");
  return `kata ${name} ${version}\nrequires skill ${skill}\n${katas}initial go\nphase go\n  run skill ${skill}\n  complete\n`;
}
