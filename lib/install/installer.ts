import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../errors.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { holdLease, type Lease } from "../registry/hold-lease.ts";
import type { NewReceipt } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { announceEnd, noteAnnounced } from "./announce.ts";
import type { InstallDeps } from "./deps.ts";
import { isPassing, toInstallError } from "./failure.ts";
import { installApproved } from "./pipeline.ts";
import { reportFailed, reportInstalled } from "./report.ts";
import { restoreKatas } from "./restore.ts";

const LEASE = "install";
const DEFAULT_LEASE_TTL_MS = 20_000;
const LEASE_PAUSE_MS = 250;
const RETRY_MS = 60_000;
/** After a restart the network or an agent's tools may come late: so long nothing is given up for them. */
const PATIENCE_MS = 24 * 3_600_000;
const worthWaitingFor: readonly string[] = ["download_failed", "missing_skills", "host_unavailable"];

/** Runs approved installs one after the other and reports how each ended. */
export interface Installer {
  /**
   * Installs an approved request. Resolves when it ended, well or not, or was put off; it never rejects. One that
   * has ended is left alone, but for saying so where the process died before it had.
   */
  install(requestId: string, options?: InstallOptions): Promise<void>;
  /** Puts back what the host has lost, between installs. Never rejects. */
  restore(): Promise<void>;
  /** Breaks off what is under way, which the next start takes up again, and takes no more. */
  stop(): Promise<void>;
}

export interface InstallOptions {
  /** It was interrupted before: what may only be late is waited for. */
  isResumed?: boolean;
}

/**
 * The host's KataRegistry has races of its own, so installs are serialised: in this process by a queue, between
 * processes that share the database by a lease.
 */
export function createInstaller(deps: InstallDeps): Installer {
  const stopping = new AbortController();
  const retries = new Map<string, ReturnType<typeof setTimeout>>();
  let tail: Promise<void> = Promise.resolve();

  const inTurn = (what: string, task: () => Promise<void>): Promise<void> => {
    tail = tail
      .then(() => (stopping.signal.aborted ? undefined : task()))
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) deps.log.error(`${what}: ${messageOf(error)}`);
      });
    return tail;
  };
  const install = (requestId: string, options: InstallOptions = {}): Promise<void> =>
    inTurn(`install ${requestId}`, () => installOne(deps, requestId, options, putOff, stopping.signal));
  const putOff = (requestId: string): void => {
    clearTimeout(retries.get(requestId));
    const timer = setTimeout(() => {
      retries.delete(requestId);
      void install(requestId, { isResumed: true });
    }, RETRY_MS);
    timer.unref();
    retries.set(requestId, timer);
  };

  return {
    install,
    restore: () => inTurn("restore", () => restoreAll(deps, stopping.signal)),
    async stop() {
      stopping.abort(new Error("the pack is stopping"));
      for (const timer of retries.values()) clearTimeout(timer);
      await tail;
    },
  };
}

/** Approved and not ended. */
export function isUnfinished(request: KataInstallRequest): boolean {
  return (
    request.status === "approved" && request.installState !== "installed" && request.installState !== "failed"
  );
}

/** Ended, and the process died before it had said so. */
export function isUnannounced(request: KataInstallRequest): boolean {
  return request.status === "approved" && !isUnfinished(request) && request.announcedAt === undefined;
}

async function installOne(
  deps: InstallDeps,
  requestId: string,
  options: InstallOptions,
  putOff: (requestId: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const registered: NewReceipt[] = [];
  let request: KataInstallRequest | undefined;
  let lease: Lease | undefined;
  try {
    lease = await waitForLease(deps, signal);
    request = await retryBusy(() => deps.registry.getRequest(requestId), { signal });
    // Another process, or the recovery, may have been faster.
    if (!isUnfinished(request)) return isUnannounced(request) ? await announceEnd(deps, request) : undefined;
    await reportInstalled(deps, await installApproved(deps, request, registered, lease.signal));
    await noteAnnounced(deps, requestId);
  } catch (error) {
    // Stopping is not failing: the request keeps its state and is taken up again.
    if (signal.aborted) return;
    if (mayGoOnLater(deps, error, request, registered, lease, options)) {
      deps.log.warn(`install ${requestId} was put off: ${messageOf(error)}`);
      putOff(requestId);
      return;
    }
    await endFailed(deps, requestId, request, registered, error);
  } finally {
    await lease?.release();
  }
}

async function restoreAll(deps: InstallDeps, signal: AbortSignal): Promise<void> {
  const lease = await waitForLease(deps, signal);
  try {
    await restoreKatas(deps, lease.signal);
  } finally {
    await lease.release();
  }
}

function mayGoOnLater(
  { clock }: InstallDeps,
  error: unknown,
  request: KataInstallRequest | undefined,
  registered: readonly NewReceipt[],
  lease: Lease | undefined,
  { isResumed = false }: InstallOptions,
): boolean {
  if (lease?.signal.aborted === true || isPassing(error, registered.length > 0)) return true;
  const isYoung = clock.now() - (request?.approvedAt ?? 0) < PATIENCE_MS;
  return isResumed && isYoung && worthWaitingFor.includes(toInstallError(error).code);
}

/** Waits its turn for as long as it takes: whoever has the lease renews it, or has lost it in seconds. */
async function waitForLease(deps: InstallDeps, signal: AbortSignal): Promise<Lease> {
  const ttlMs = deps.leaseTtlMs ?? DEFAULT_LEASE_TTL_MS;
  for (;;) {
    const lease = await holdLease({ ...deps, name: LEASE, ttlMs, signal });
    if (lease !== undefined) return lease;
    await sleep(LEASE_PAUSE_MS, undefined, { signal });
  }
}

async function endFailed(
  deps: InstallDeps,
  requestId: string,
  request: KataInstallRequest | undefined,
  registered: NewReceipt[],
  error: unknown,
): Promise<void> {
  const failure = toInstallError(error);
  const { code } = failure;
  const message = messageOf(failure);
  // What stands in the host's table gets its receipt even so. The failed kata itself is not among it.
  await retryBusy(() => deps.registry.failInstall(requestId, code, message, registered)).catch(
    (cause: unknown) =>
      deps.log.error(`the failure of ${requestId} could not be recorded: ${messageOf(cause)}`),
  );
  reportFailed(deps, requestId, request, { code, message });
  if (request === undefined) return;
  if (code === "offer_changed" && request.kind !== "create") await deps.proposeAgain(request);
  await noteAnnounced(deps, requestId);
}
