import { setTimeout as sleep } from "node:timers/promises";
import { HostError, InstallError, messageOf, RegistryError } from "../errors.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { qualifiedName } from "../model/kata.ts";
import { MAX_BUSY_WAIT_MS, retryBusy } from "../registry/retry.ts";
import type { InstallDeps } from "./deps.ts";
import { type Installed, installApproved } from "./pipeline.ts";

const LEASE = "install";
/** Longer than one install may take; a process that died with the lease gives it up after this. */
const LEASE_TTL_MS = 120_000;
const LEASE_PAUSE_MS = 200;

/** Runs approved installs one after the other and reports how each ended. */
export interface Installer {
  /** Installs an approved request. Resolves when it ended, well or not; it never rejects. */
  install(requestId: string): Promise<void>;
  /** Waits for what is under way, then stops taking more. */
  stop(): Promise<void>;
}

/**
 * The host's KataRegistry has races of its own, so installs are serialised: in this process by a queue, between
 * processes that share the database by a lease.
 */
export function createInstaller(deps: InstallDeps): Installer {
  const stopping = new AbortController();
  let tail: Promise<void> = Promise.resolve();
  return {
    install(requestId) {
      tail = tail
        .then(() => (stopping.signal.aborted ? undefined : installOne(deps, requestId, stopping.signal)))
        .catch((error: unknown) => deps.log.error(`install ${requestId}: ${messageOf(error)}`));
      return tail;
    },
    async stop() {
      stopping.abort();
      await tail;
    },
  };
}

async function installOne(deps: InstallDeps, requestId: string, signal: AbortSignal): Promise<void> {
  let request: KataInstallRequest | undefined;
  try {
    await takeLease(deps, signal);
    request = await retryBusy(() => deps.registry.getRequest(requestId));
    if (!isUnfinished(request)) return;
    reportInstalled(deps, await installApproved(deps, request, signal));
  } catch (error) {
    // Stopping is not failing: the request keeps its state and is taken up again at the next start.
    if (!signal.aborted) await reportFailure(deps, requestId, request, error);
  } finally {
    await retryBusy(() => deps.registry.releaseLease(LEASE, deps.owner)).catch((error: unknown) => {
      deps.log.warn(`the install lease runs out by itself: ${messageOf(error)}`);
    });
  }
}

/** Approved and not ended: another process, or the recovery, may have been faster. */
export function isUnfinished(request: KataInstallRequest): boolean {
  return (
    request.status === "approved" && request.installState !== "installed" && request.installState !== "failed"
  );
}

async function takeLease(deps: InstallDeps, signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; waitedMs <= LEASE_TTL_MS + MAX_BUSY_WAIT_MS; waitedMs += LEASE_PAUSE_MS) {
    if (await retryBusy(() => deps.registry.acquireLease(LEASE, deps.owner, LEASE_TTL_MS))) return;
    await sleep(LEASE_PAUSE_MS, undefined, { signal });
  }
  throw new InstallError("registry_busy", "Another process has been installing for minutes; approve again.");
}

function reportInstalled(deps: InstallDeps, done: Installed): void {
  const { request, receipt, phases, alreadyInstalled } = done;
  const label = qualifiedName(receipt.fromRealm, receipt.kataName, receipt.kataVersion);
  deps.log.info(`${alreadyInstalled ? "already installed" : "installed"} ${label}, receipt ${receipt.id}`);
  if (request.kind === "create") {
    deps.bus.emit("kata.created", {
      proposalId: request.id,
      kataName: receipt.kataName,
      kataVersion: receipt.kataVersion,
      createdBy: receipt.installedBy,
      phases,
      receiptId: receipt.id,
    });
    return;
  }
  deps.bus.emit("kata.installed", {
    kataName: receipt.kataName,
    kataVersion: receipt.kataVersion,
    fromRealm: receipt.fromRealm,
    proposalId: request.id,
    receiptId: receipt.id,
    alreadyInstalled,
  });
}

async function reportFailure(
  deps: InstallDeps,
  requestId: string,
  request: KataInstallRequest | undefined,
  error: unknown,
): Promise<void> {
  const failure = toInstallError(error);
  const { code } = failure;
  const message = messageOf(failure);
  deps.log.warn(`install ${requestId} failed, ${code}: ${message}`);
  await retryBusy(() => deps.registry.failInstall(requestId, code, message)).catch((cause: unknown) => {
    deps.log.error(`the failure of ${requestId} could not be recorded: ${messageOf(cause)}`);
  });
  deps.bus.emit("kata.install_failed", {
    proposalId: requestId,
    ...(request === undefined
      ? {}
      : { kataName: request.kataName, kataVersion: request.kataVersion, fromRealm: request.fromRealm }),
    code,
    message,
  });
  if (code === "offer_changed" && request !== undefined && request.kind !== "create") {
    await deps.proposeAgain(request);
  }
}

function toInstallError(error: unknown): InstallError {
  if (error instanceof InstallError) return error;
  if (error instanceof RegistryError && error.code === "registry_busy") {
    return new InstallError("registry_busy", "The host's database stayed locked; approve again.", {
      cause: error,
    });
  }
  if (error instanceof RegistryError && error.code === "unknown_request") {
    return new InstallError("unknown_request", error.message, { cause: error });
  }
  if (error instanceof HostError)
    return new InstallError("host_unavailable", error.message, { cause: error });
  return new InstallError("internal", messageOf(error), { cause: error });
}
