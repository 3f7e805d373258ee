import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";

export const SYNC_LEASE = "sync";
/** How long a process that died keeps the others from syncing. Longer than the host was seen to block (12 s). */
export const LEASE_TTL_MS = 60_000;

export interface Lease {
  /** Aborted when the lease was lost, or with the signal that it was taken under. */
  readonly signal: AbortSignal;
  /** Gives it back; a second call does nothing. */
  release(): void;
}

export interface LeaseDeps {
  registry: RealmsRegistry;
  log: Log;
  owner: string;
  ttlMs: number;
  signal: AbortSignal;
}

/**
 * Takes the lease that lets one process of a host sync at a time, and renews it until it is released. Undefined
 * when another process has it. An abort of `signal` gives it back.
 *
 * @throws RegistryBusyError when the database stayed locked; the signal's reason when aborted
 */
export async function holdLease(deps: LeaseDeps): Promise<Lease | undefined> {
  const { registry, log, owner, ttlMs, signal } = deps;
  const acquire = (): boolean => registry.acquireLease(SYNC_LEASE, owner, ttlMs);
  if (!(await retryBusy(acquire, { signal }))) return undefined;

  const lost = new AbortController();
  const renew = (): void => {
    try {
      // Another process takes it when this one slept for longer than the lease.
      if (!acquire()) lost.abort(new Error("another process took over the sync"));
    } catch (error) {
      // Locked right now; the lease outlives two renewals that fail.
      log.warn(`the sync lease could not be renewed: ${messageOf(error)}`);
    }
  };
  const timer = setInterval(renew, ttlMs / 3);
  timer.unref();
  let isHeld = true;
  const release = (): void => {
    if (!isHeld) return;
    isHeld = false;
    clearInterval(timer);
    signal.removeEventListener("abort", release);
    try {
      registry.releaseLease(SYNC_LEASE, owner);
    } catch {
      // Locked or closed: the lease runs out by itself.
    }
  };
  signal.addEventListener("abort", release);
  if (signal.aborted) release();
  return { signal: AbortSignal.any([signal, lost.signal]), release };
}
