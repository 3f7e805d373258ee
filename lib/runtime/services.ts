import { createListener } from "../bus.ts";
import { type Clock, systemClock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { IncomingEvent } from "../events.ts";
import type { HostApi } from "../host.ts";
import { handleApproval, handleRejection } from "../install/decide.ts";
import type { Installer } from "../install/installer.ts";
import { recoverInstalls } from "../install/recovery.ts";
import type { Log } from "../log.ts";
import { qualifiedName } from "../model/kata.ts";
import { LOCAL_REALM_ID } from "../model/realm.ts";
import { DEFAULT_SCHEDULE } from "../model/schedule.ts";
import { toPlainText } from "../model/text.ts";
import { openRegistry } from "../registry/open.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { createSyncSchedule } from "../sync/due.ts";
import { jitterMsOf } from "../sync/jitter.ts";
import { readOrCreateApprovalKey } from "./approval-key.ts";
import { chooseApprovalPolicy } from "./approval-policy.ts";
import { findDatabasePath } from "./database-path.ts";
import { hostPort, noteHost } from "./host-note.ts";
import { createHostSession } from "./host-session.ts";
import { openPage, sayPageLink } from "./open-page.ts";
import type { PageParts } from "./page-parts.ts";
import { approvalKeyPath, indexPathFor } from "./paths.ts";
import { createPluginMethods } from "./plugin-methods.ts";
import type { PluginMethods } from "./plugin-parameters.ts";
import { registerConfiguredRealms } from "./realms-setup.ts";
import { createReceiptHeads } from "./receipt-heads.ts";
import { readSettings } from "./settings.ts";
import { serveShare } from "./share-route.ts";
import { createUseCases, type UseCases } from "./use-cases.ts";

/** Everything behind the agents. Loaded and opened on first use; see `createRuntime`. */
export interface Services {
  methods: PluginMethods;
  /** What the page is made of. @throws HostError `page_token_unusable` */
  pageParts(): PageParts;
  /** Takes what the bus brought under this event's name. Never throws. */
  hear(event: IncomingEvent, data: unknown): void;
  /** Once the host stands: leaves word for the command, starts the schedule, takes up interrupted installs. */
  settle(): Promise<void>;
  runScheduledSync(): Promise<void>;
  reviewRequests(): Promise<void>;
  close(): Promise<void>;
}

export interface ServicesOptions {
  api: HostApi;
  log: Log;
  /** The five cron fields that the sync agent declares, as they are now. */
  schedule: () => string | undefined;
  clock?: Clock;
}

/** @throws HostError `database_not_found`; RegistryError `schema_conflict`, `registry_busy` */
export async function openServices(options: ServicesOptions): Promise<Services> {
  const { api, log, clock = systemClock } = options;
  const { settings, problems } = readSettings(api.config?.get("realms"));
  for (const problem of problems) log.warn(`setting ignored: ${problem.message}`);

  const databasePath = await findDatabasePath(api.db);
  const session = createHostSession(api);
  const indexPath = indexPathFor(databasePath);
  const roninVersion = await session.version(log);
  const { registry, close } = await retryBusy(() =>
    openRegistry({
      recordsPath: databasePath,
      indexPath,
      // Only the sync's child writes the index, and checking all of a large one would hold the host.
      readonlyIndex: true,
      roninVersion,
      hasSkill: session.hasSkill,
      clock,
    }),
  );
  try {
    await registerConfiguredRealms(registry, settings.realms, clock.now(), log);
  } catch (error) {
    close();
    throw error;
  }

  const approvals = chooseApprovalPolicy(settings.approvals, session.servesHttp, log);
  const heads = createReceiptHeads(databasePath, () => readOrCreateApprovalKey(approvalKeyPath()));
  const records = { registry, databasePath, indexPath, heads };
  const useCases = createUseCases({ api, log, clock, session, approvals, ...records });
  const { dojo, syncer, installer, life, guard, installDeps } = useCases;
  const schedule = createSyncSchedule({
    syncer,
    registry,
    clock,
    log,
    schedule: () => options.schedule() ?? DEFAULT_SCHEDULE,
    jitterMs: jitterMsOf(databasePath),
  });
  const listeners = createListeners(useCases, log);
  const share =
    settings.share && api.http
      ? serveShare(api.http, settings.share, { log, load: () => import("../publish/share-folder.ts") })
      : undefined;
  // Where there is a page its desk is open from the start on: it announces proposals.
  const desk = session.servesHttp ? useCases.openDesk() : undefined;
  let page: PageParts | undefined;
  const pageParts = (): PageParts => {
    page ??= openPage({
      desk: desk ?? useCases.openDesk(),
      settings,
      approvals: approvals.mode,
      roninVersion,
      clock,
      log,
    });
    return page;
  };
  const stopFollowing = syncer.onSynced(() => {
    void dojo.searchAgain();
    void life.look();
    void guard.lookDaily();
  });

  return {
    methods: createPluginMethods({ registry, propose: (kata) => dojo.propose(kata) }),
    hear: (event, data) => listeners[event](data),
    pageParts,
    async settle() {
      const port = hostPort(api.http);
      noteHost({ databasePath, port, approvals: approvals.mode, roninVersion }, clock.now(), log);
      if (session.servesHttp) sayLink(pageParts, port, log);
      await share?.announce();
      schedule.start();
      await recoverInstalls(installDeps, refreshingLocal(useCases));
      // An install that a kill cut off after its end has nobody else to note where the receipts end.
      await guard.noteReceipts();
      await retryBusy(() => registry.pruneSources());
      // The host may be another version than when it last ran.
      await life.look();
    },
    async runScheduledSync() {
      await schedule.runNow();
    },
    reviewRequests: () => review(useCases, registry, log),
    async close() {
      stopFollowing();
      share?.close();
      desk?.close();
      schedule.stop();
      syncer.stop();
      await Promise.all([dojo.stop(), installer.stop(), life.stop(), guard.stop()]);
      close();
    },
  };
}

/** A token that cannot be used closes the page and nothing else. */
function sayLink(page: () => PageParts, port: number, log: Log): void {
  try {
    sayPageLink(page(), port);
  } catch (error) {
    log.error(`the page cannot be opened: ${messageOf(error)}`);
  }
}

const MAX_NAME_CHARS = 80;

function createListeners(useCases: UseCases, log: Log): Record<IncomingEvent, (data: unknown) => void> {
  const { dojo, installDeps } = useCases;
  const installer = refreshingLocal(useCases);
  return {
    "capability.missing": createListener("capability.missing", (need) => dojo.hear(need), log),
    "kata.user_approved": createListener(
      "kata.user_approved",
      (approval) => handleApproval(installDeps, installer, approval),
      log,
    ),
    "kata.user_rejected": createListener(
      "kata.user_rejected",
      (rejection) => handleRejection(installDeps, rejection),
      log,
    ),
    // Anybody may ask: it brings back only what a person approved and nobody took out.
    "kata.restore_requested": createListener(
      "kata.restore_requested",
      ({ requestedBy }) => {
        log.info(`${toPlainText(requestedBy, MAX_NAME_CHARS)} asks for the katas that this Ronin has lost`);
        return useCases.installer.restore();
      },
      log,
    ),
  };
}

/** What was installed belongs to the realm of this Ronin's own katas from then on. */
function refreshingLocal({ installer, syncer, guard, installDeps }: UseCases): Pick<Installer, "install"> {
  return {
    async install(requestId, options) {
      await installer.install(requestId, options);
      await guard.noteReceipts();
      await syncer.sync([LOCAL_REALM_ID]).catch((error: unknown) => {
        installDeps.log.warn(`the list of this Ronin's own katas is behind: ${messageOf(error)}`);
      });
    },
  };
}

async function review(useCases: UseCases, registry: RealmsRegistry, log: Log): Promise<void> {
  const resumed = await recoverInstalls(useCases.installDeps, refreshingLocal(useCases));
  await useCases.dojo.searchAgain();
  const pending = registry.getPendingRequests();
  log.info(`${resumed} interrupted installs taken up, ${pending.length} proposals wait for a decision`);
  for (const { id, fromRealm, kataName, kataVersion } of pending) {
    log.info(`  ${id}  ${qualifiedName(fromRealm, kataName, kataVersion)}`);
  }
}
