import { messageOf } from "../errors.ts";
import type { IncomingEvent } from "../events.ts";
import type { HostApi } from "../host.ts";
import { createConsoleLog, type Log } from "../log.ts";
import type { PageModule } from "./page-parts.ts";
import { servePage } from "./page-route.ts";
import type { PluginMethodName, PluginMethods } from "./plugin-parameters.ts";
import { pluginParameters } from "./plugin-parameters.ts";
import { offerPlugin } from "./plugin-registration.ts";
import { isBackgroundAllowed, isReadOnly } from "./process-role.ts";
import type { Services } from "./services.ts";

/** What the two agents and the plugin are made of. One a process and host; see `attachRuntime`. */
export interface RealmsRuntime {
  readonly api: HostApi;
  /** What the `realms` plugin calls. */
  readonly methods: PluginMethods;
  /** Listens for needs and decisions. Called again, it replaces its own listeners. */
  startDojo(): void;
  /** Serves the page at `/dojo`, where the host serves HTTP; it is loaded when somebody asks for it. */
  servePage(load: () => Promise<PageModule>): void;
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
/** When the start failed. */
const RESETTLE_MS = 60_000;

/**
 * Costs next to nothing by itself, since the host waits for it at every start: libraries are loaded and
 * databases opened on the first event, or {@link SETTLE_MS} after the host constructed the agents.
 */
export function createRuntime(api: HostApi): RealmsRuntime {
  const log = createConsoleLog("realms");
  const state: State = {
    schedule: undefined,
    services: undefined,
    settling: undefined,
    stopListening: noop,
    page: undefined,
    isRetired: false,
  };
  const services = () => openOnce(api, log, state);
  const settle = () => settleLater(log, state, services);
  const methods = createMethods(services);

  offerPlugin(api, methods);
  return {
    api,
    methods,
    startDojo() {
      if (isReadOnly()) return;
      state.stopListening();
      state.stopListening = listen(api, log, services);
      settle();
    },
    servePage(load) {
      if (isReadOnly() || api.http === undefined) return;
      state.page?.close();
      const parts = async () => (await services()).pageParts();
      state.page = servePage(api.http, { log, load, parts });
    },
    startSync(schedule) {
      state.schedule = schedule;
      settle();
    },
    async runScheduledSync() {
      await guarded(log, "sync", async () => (await services()).runScheduledSync());
    },
    async reviewRequests() {
      await guarded(log, "review", async () => (await services()).reviewRequests());
    },
    async retire() {
      state.isRetired = true;
      state.stopListening();
      state.page?.close();
      clearTimeout(state.settling);
      await guarded(log, "retiring", async () => (await state.services)?.close());
    },
  };
}

interface State {
  /** As the sync agent declares it; the default stands in until it does. */
  schedule: string | undefined;
  services: Promise<Services> | undefined;
  settling: Timer | undefined;
  stopListening: () => void;
  page: { close(): void } | undefined;
  isRetired: boolean;
}

type Timer = ReturnType<typeof setTimeout>;

function openOnce(api: HostApi, log: Log, state: State): Promise<Services> {
  if (isReadOnly()) return Promise.reject(new Error("this process of the host may only read"));
  state.services ??= import("./services.ts")
    .then(({ openServices }) => openServices({ api, log, schedule: () => state.schedule }))
    .catch((error: unknown) => {
      // The next event tries again: a locked or missing database may be a passing state.
      state.services = undefined;
      throw error;
    });
  return state.services;
}

const listenedTo: readonly IncomingEvent[] = [
  "capability.missing",
  "kata.user_approved",
  "kata.user_rejected",
];

function listen(api: HostApi, log: Log, services: () => Promise<Services>): () => void {
  const stops = listenedTo.map((event) => {
    const listener = (data: unknown): void => {
      void guarded(log, event, async () => {
        const heard = copyOf(data);
        (await services()).hear(event, heard);
      });
    };
    api.events.on(event, listener);
    return () => api.events.off(event, listener);
  });
  return () => {
    for (const stop of stops) stop();
  };
}

/** All handlers get the sender's own object, which anybody may change before the libraries are loaded. */
function copyOf(data: unknown): unknown {
  return typeof data === "object" && data !== null && !Array.isArray(data) ? { ...data } : data;
}

/** What may only happen once the host stands: recovery, the schedule, and the note for the command. */
function settleLater(log: Log, state: State, services: () => Promise<Services>): void {
  if (state.settling !== undefined || !isBackgroundAllowed()) return;
  const settle = (afterMs: number): void => {
    state.settling = setTimeout(async () => {
      const isSettled = await guarded(log, "start", async () => (await services()).settle());
      // A database that is locked or missing now may be there in a minute.
      if (!isSettled && !state.isRetired) settle(RESETTLE_MS);
    }, afterMs);
    state.settling.unref();
  };
  settle(SETTLE_MS);
}

function createMethods(services: () => Promise<Services>): PluginMethods {
  const names = Object.keys(pluginParameters) as PluginMethodName[];
  const later = (name: PluginMethodName): PluginMethods[PluginMethodName] => {
    return async (...args) => (await services()).methods[name](...args);
  };
  return Object.fromEntries(names.map((name) => [name, later(name)])) as PluginMethods;
}

/** The one boundary towards the host, which would lose what is thrown here. False when something was. */
async function guarded(
  log: Log,
  what: string,
  run: () => Promise<void> | undefined | void,
): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    log.error(`${what}: ${messageOf(error)}`);
    return false;
  }
}

function noop(): void {}
