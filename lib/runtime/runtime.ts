import { messageOf } from "../errors.ts";
import type { EventPayload } from "../events.ts";
import type { HostApi } from "../host.ts";
import { createBus } from "../bus.ts";
import { handleApproval, handleRejection } from "../install/decide.ts";
import type { Installer } from "../install/installer.ts";
import { recoverInstalls } from "../install/recovery.ts";
import { createConsoleLog, type Log } from "../log.ts";
import { LOCAL_REALM_ID } from "../model/realm.ts";
import { DEFAULT_SCHEDULE } from "../model/schedule.ts";
import { isBackgroundAllowed, noteHost } from "./process-role.ts";
import { createPluginMethods, type PluginMethods } from "./plugin-methods.ts";
import { offerPlugin } from "./plugin-registration.ts";
import { openServices, type Services } from "./services.ts";

/** What the two agents and the plugin are made of. One a process and host; see `attachRuntime`. */
export interface RealmsRuntime {
  readonly api: HostApi;
  /** What the `realms` plugin calls. */
  readonly methods: PluginMethods;
  /** Listens for needs and decisions. Called again, it replaces its own listeners. */
  startDojo(): void;
  /** Keeps realms up to date by the schedule, five cron fields in local time. */
  startSync(schedule: string): void;
  /** What the host's cron runs: in the scheduled minute itself the sync waits for this host's jitter. */
  runScheduledSync(): Promise<void>;
  /** Takes up interrupted installs, searches open needs again and says what waits for a decision. */
  reviewRequests(): Promise<void>;
  /** Takes the listeners off and stops what runs; a new runtime may follow. Never rejects. */
  retire(): Promise<void>;
}

/** Long enough for the host to be up and for a second start on a busy port to have failed. */
const SETTLE_MS = 2000;

/** Costs nothing by itself: databases are opened on the first event or after {@link SETTLE_MS}. */
export function createRuntime(api: HostApi): RealmsRuntime {
  const log = createConsoleLog("realms");
  const state: State = {
    schedule: DEFAULT_SCHEDULE,
    stops: new Map(),
    services: undefined,
    isSettling: false,
  };
  const services = () => openOnce(api, log, state);
  const methods = createPluginMethods({
    registry: async () => (await services()).registry,
    propose: async (kata) => (await services()).dojo.propose(kata),
  });
  const settle = () => settleLater(log, state, () => settleNow(state, services));

  offerPlugin(api, methods);
  return {
    api,
    methods,
    startDojo() {
      state.stops.get("dojo")?.();
      state.stops.set("dojo", listen(api, log, services));
      settle();
    },
    startSync(schedule) {
      state.schedule = schedule;
      settle();
    },
    async runScheduledSync() {
      await guarded(log, "sync", async () => {
        await (await services()).schedule.runNow();
      });
    },
    async reviewRequests() {
      await guarded(log, "review", async () => review(log, await services()));
    },
    async retire() {
      for (const stop of state.stops.values()) stop();
      state.stops.clear();
      await guarded(log, "retiring", async () => (await state.services)?.close());
    },
  };
}

interface State {
  schedule: string;
  stops: Map<string, () => void>;
  services: Promise<Services> | undefined;
  isSettling: boolean;
}

function openOnce(api: HostApi, log: Log, state: State): Promise<Services> {
  state.services ??= openServices({ api, log, schedule: () => state.schedule })
    .then((services) => {
      state.stops.set(
        "searchAgain",
        services.syncer.onSynced(() => searchAgain(log, services)),
      );
      return services;
    })
    .catch((error: unknown) => {
      // The next event tries again: a locked or missing database may be a passing state.
      state.services = undefined;
      throw error;
    });
  return state.services;
}

function listen(api: HostApi, log: Log, services: () => Promise<Services>): () => void {
  const bus = createBus(api.events, log);
  const stops = [
    bus.on("capability.missing", async (need) => (await services()).dojo.hear(need)),
    bus.on("kata.user_approved", async (approval) => approve(await services(), approval)),
    bus.on("kata.user_rejected", async (rejection) =>
      handleRejection((await services()).installDeps, rejection),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

async function approve(services: Services, approval: EventPayload<"kata.user_approved">): Promise<void> {
  await handleApproval(services.installDeps, refreshingLocal(services), approval);
}

/** What was installed belongs to the realm of this Ronin's own katas from then on. */
function refreshingLocal({ installer, syncer }: Services): Pick<Installer, "install"> {
  return {
    async install(requestId) {
      await installer.install(requestId);
      await syncer.sync([LOCAL_REALM_ID]);
    },
  };
}

/** What may only happen once the host stands: recovery, the schedule, and the note for the command. */
function settleLater(log: Log, state: State, settle: () => Promise<void>): void {
  if (state.isSettling || !isBackgroundAllowed()) return;
  state.isSettling = true;
  const timer = setTimeout(() => void guarded(log, "start", settle), SETTLE_MS);
  timer.unref();
  state.stops.set("settle", () => clearTimeout(timer));
}

async function settleNow(state: State, services: () => Promise<Services>): Promise<void> {
  const opened = await services();
  noteHost(opened);
  opened.schedule.start();
  state.stops.set("schedule", () => opened.schedule.stop());
  await recoverInstalls(opened.installDeps, refreshingLocal(opened));
}

function searchAgain(log: Log, services: Services): void {
  void guarded(log, "search after sync", () => services.dojo.searchAgain());
}

async function review(log: Log, services: Services): Promise<void> {
  const resumed = await recoverInstalls(services.installDeps, refreshingLocal(services));
  await services.dojo.searchAgain();
  const pending = services.registry.getPendingRequests();
  log.info(`${resumed} interrupted installs taken up, ${pending.length} proposals wait for a decision`);
  for (const request of pending) {
    log.info(`  ${request.id}  ${request.fromRealm}:${request.kataName}@${request.kataVersion}`);
  }
}

/** The one boundary towards the host, which would lose what is thrown here. */
async function guarded(log: Log, what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    log.error(`${what}: ${messageOf(error)}`);
  }
}
