import { hostname } from "node:os";
import { type Bus, createBus } from "../bus.ts";
import { type Clock, systemClock } from "../clock.ts";
import { createDojo, type Dojo } from "../dojo/dojo.ts";
import { messageOf } from "../errors.ts";
import type { HostApi } from "../host.ts";
import type { ApprovalPolicy, InstallDeps } from "../install/deps.ts";
import { createInstaller, type Installer } from "../install/installer.ts";
import { planInstall } from "../install/plan.ts";
import type { Log } from "../log.ts";
import { jitterMsOf } from "../sync/jitter.ts";
import { createRealmClient } from "../realm-client/client.ts";
import { openRegistry } from "../registry/open.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { createSyncSchedule, type SyncSchedule } from "../sync/due.ts";
import { createChildRunner } from "../sync/spawn-child.ts";
import { createRealmSyncer, type RealmSyncer } from "../sync/syncer.ts";
import { sha256Hex } from "../trust/digest.ts";
import { readOrCreateApprovalKey } from "./approval-key.ts";
import { findDatabasePath } from "./database-path.ts";
import { createHostSession, type HostSession } from "./host-session.ts";
import { approvalKeyPath, indexPathFor } from "./paths.ts";
import { createCredentials, registerConfiguredRealms } from "./realms-setup.ts";
import { readSettings } from "./settings.ts";
import { syncEntryPath } from "./sync-entry.ts";

/** Everything behind the agents, opened on first use: databases, settings and the use cases on top of them. */
export interface Services {
  registry: RealmsRegistry;
  bus: Bus;
  syncer: RealmSyncer;
  schedule: SyncSchedule;
  dojo: Dojo;
  installer: Installer;
  installDeps: InstallDeps;
  databasePath: string;
  close(): Promise<void>;
}

export interface ServicesOptions {
  api: HostApi;
  log: Log;
  /** The five cron fields that the sync agent declares, as they are now. */
  schedule: () => string;
  clock?: Clock;
}

/** @throws HostError `database_not_found`; RegistryError `schema_conflict`, `registry_busy` */
export async function openServices({
  api,
  log,
  schedule,
  clock = systemClock,
}: ServicesOptions): Promise<Services> {
  const { settings, problems } = readSettings(api.config?.get("realms"));
  for (const problem of problems) log.warn(`setting ignored: ${problem.message}`);

  const databasePath = await findDatabasePath(api.db);
  const session = createHostSession(api);
  const indexPath = indexPathFor(databasePath);
  const { registry, close } = openRegistry({
    recordsPath: databasePath,
    indexPath,
    roninVersion: await session.version(log),
    hasSkill: session.hasSkill,
    clock,
  });
  await registerConfiguredRealms(registry, settings.realms, clock.now(), log);

  const bus = createBus(api.events, log);
  const owner = `${hostname()}:${process.pid}:${sha256Hex(databasePath).slice(0, 8)}`;
  const credentials = createCredentials(registry);
  const syncer = createRealmSyncer({
    registry,
    bus,
    log,
    clock,
    owner,
    credentials: credentials.apiKeyOf,
    runJob: createChildRunner({ entryPath: syncEntryPath(), env: process.env }),
    indexPath,
    recordsPath: databasePath,
  });
  const client = createRealmClient();
  const plan = { registry, hasSkill: session.hasSkill };
  const dojo = createDojo({
    registry,
    bus,
    log,
    planInstall: (kata) => planInstall(plan, kata),
    kataHost: session.kataHost,
    hasSkill: session.hasSkill,
    syncer,
    ...(api.ai === undefined ? {} : { ai: api.ai }),
  });
  const installDeps: InstallDeps = {
    registry,
    bus,
    log,
    clock,
    owner,
    host: session.installHost,
    hasSkill: session.hasSkill,
    fetchSource: (realmId, hash, signal) => client.fetchSource(credentials.addressOf(realmId), hash, signal),
    proposeAgain: async ({ fromRealm: realm, kataName: name, kataVersion: version, status, intent }) => {
      // One that is still open is shown again as it is; after one that ended, the newest that fits is proposed.
      await dojo.propose({ realm, name, ...(status === "pending" ? { version } : {}) }, intent);
    },
    approvals: approvalPolicy(settings.approvals, session, log),
  };
  const installer = createInstaller(installDeps);
  const jitterMs = jitterMsOf(databasePath);
  const syncSchedule = createSyncSchedule({ syncer, registry, clock, log, schedule, jitterMs });
  return {
    registry,
    bus,
    syncer,
    schedule: syncSchedule,
    dojo,
    installer,
    installDeps,
    databasePath,
    async close() {
      syncSchedule.stop();
      syncer.stop();
      await Promise.all([dojo.stop(), installer.stop()]);
      close();
    },
  };
}

/**
 * Whoever reaches the host's port can post any event, so where the host serves HTTP an approval needs a proof
 * unless the settings say otherwise.
 */
function approvalPolicy(
  setting: "confirmed" | "event" | undefined,
  session: HostSession,
  log: Log,
): ApprovalPolicy {
  const mode = setting ?? (session.servesHttp ? "confirmed" : "event");
  if (mode === "event") return { mode };
  const key = (): Uint8Array => readOrCreateApprovalKey(approvalKeyPath());
  try {
    // Made now, so that the command can approve before the first proposal is decided.
    key();
  } catch (error) {
    log.error(`nothing can be approved: ${messageOf(error)}`);
  }
  return { mode, key };
}
