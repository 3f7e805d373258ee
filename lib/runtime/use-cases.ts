import { hostname } from "node:os";
import { createBus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import { createDesk, type Desk } from "../desk/desk.ts";
import { createDojo, type Dojo } from "../dojo/dojo.ts";
import type { HostApi } from "../host.ts";
import type { ApprovalPolicy, InstallDeps } from "../install/deps.ts";
import { createGuard, type Guard, type GuardDeps } from "../install/guard.ts";
import { createInstaller, type Installer } from "../install/installer.ts";
import { planInstall } from "../install/plan.ts";
import { verifyInstalled } from "../install/verify-installed.ts";
import { createLifeWatch, type LifeWatch } from "../life/watch.ts";
import type { Log } from "../log.ts";
import { createRealmClient } from "../realm-client/client.ts";
import { findFirstRoot } from "../realm-client/tuf-root.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { createChildRunner } from "../sync/spawn-child.ts";
import { createRealmSyncer, type RealmSyncer } from "../sync/syncer.ts";
import { createCredentials } from "./credentials.ts";
import type { HostSession } from "./host-session.ts";
import { syncEntryPath } from "./sync-entry.ts";
import { readUserName } from "./user-name.ts";

/** The use cases, wired to one host and one registry. */
export interface UseCases {
  dojo: Dojo;
  syncer: RealmSyncer;
  installer: Installer;
  life: LifeWatch;
  guard: Guard;
  /** What a decision and the recovery need beside the installer. */
  installDeps: InstallDeps;
  /** Where a person looks and decides. It listens on the bus until it is closed. */
  openDesk: () => Desk;
}

export interface UseCaseParts {
  api: HostApi;
  log: Log;
  clock: Clock;
  session: HostSession;
  registry: RealmsRegistry;
  approvals: ApprovalPolicy;
  databasePath: string;
  indexPath: string;
  heads: GuardDeps["heads"];
}

export function createUseCases(parts: UseCaseParts): UseCases {
  const { api, log, clock, session, registry, heads } = parts;
  const bus = createBus(api.events, log);
  // New at every start of the pack: what an old instance still holds must not count as this one's.
  const owner = `${hostname()}:${process.pid}:${crypto.randomUUID()}`;
  const credentials = createCredentials(registry);
  const client = createRealmClient();
  const syncer = createRealmSyncer({
    registry,
    bus,
    log,
    clock,
    owner,
    credentials: credentials.apiKeyOf,
    runJob: createChildRunner({ entryPath: syncEntryPath(), env: process.env }),
    indexPath: parts.indexPath,
    recordsPath: parts.databasePath,
  });
  const planned = { registry, hasSkill: session.hasSkill };
  const dojo = createDojo({
    registry,
    bus,
    log,
    planInstall: (kata) => planInstall(planned, kata),
    kataHost: session.kataHost,
    hasSkill: session.hasSkill,
    tools: session.tools,
    syncer,
    ...(api.ai === undefined ? {} : { ai: api.ai }),
  });
  const fetchSource: InstallDeps["fetchSource"] = (realmId, hash, signal) =>
    client.fetchSource(credentials.addressOf(realmId), hash, signal);
  const life = createLifeWatch({
    registry,
    bus,
    log,
    clock,
    propose: (kata) => dojo.propose(kata),
    fetchSource,
  });
  const installDeps: InstallDeps = {
    registry,
    bus,
    log,
    clock,
    owner,
    host: session.installHost,
    hasSkill: session.hasSkill,
    approvals: parts.approvals,
    database: parts.databasePath,
    fetchSource,
    proposeAgain: async ({ fromRealm: realm, kataName: name, kataVersion: version, status, intent }) => {
      // One that is still open is shown again as it is; after one that ended, the newest that fits is proposed.
      await dojo.propose({ realm, name, ...(status === "pending" ? { version } : {}) }, intent);
    },
  };
  const openDesk = (): Desk =>
    createDesk({
      registry,
      events: api.events,
      log,
      clock,
      approvals: parts.approvals,
      tools: api.tools,
      hasSkill: session.hasSkill,
      host: session.installHost,
      fetchSource: installDeps.fetchSource,
      findFirstRoot: (realm, signal) => findFirstRoot(realm, client.fetchBounded, signal),
      propose: dojo.propose,
      sync: syncer.sync,
      onSyncProgress: syncer.onProgress,
      verify: () => verifyInstalled({ registry, heads }),
      person: readUserName,
    });
  const guard = createGuard({ registry, bus, log, clock, host: session.installHost, heads });
  return { dojo, syncer, installer: createInstaller(installDeps), life, guard, installDeps, openDesk };
}
