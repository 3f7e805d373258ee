import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { RealmsRegistry } from "./registry.ts";
import { retryBusy } from "./retry.ts";

/** A lease that is held and renewed until it is released. */
export interface Lease {
  /** Aborted when the lease was lost, or with the signal that it was taken under. */
  readonly signal: AbortSignal;
  /** Gives it back, once the database lets it; a second call does nothing. Never rejects. */
  release(): Promise<void>;
}

export interface LeaseDeps {
  registry: Pick<RealmsRegistry, "acquireLease" | "releaseLease">;
  log: Log;
  /** What only one process may do at a time. */
  name: string;
  owner: string;
  /** How long a process that died keeps the others from it. Renewed three times within. */
  ttlMs: number;
  signal: AbortSignal;
}

/**
 * Takes a lease and renews it until it is released. Undefined when another process has it. An abort of `signal`
 * gives it back.
 *
 * @throws RegistryBusyError when the database stayed locked; the signal's reason when aborted
 */
export async function holdLease(deps: LeaseDeps): Promise<Lease | undefined> {
  const { registry, log, name, owner, ttlMs, signal } = deps;
  const acquire = (): boolean => registry.acquireLease(name, owner, ttlMs);
  if (!(await retryBusy(acquire, { signal }))) return undefined;

  const lost = new AbortController();
  const renew = (): void => {
    try {
      // Another process takes it when this one slept for longer than the lease.
      if (!acquire()) lost.abort(new Error(`another process took over the ${name} lease`));
    } catch (error) {
      // Locked right now; the lease outlives two renewals that fail.
      log.warn(`the ${name} lease could not be renewed: ${messageOf(error)}`);
    }
  };
  const timer = setInterval(renew, ttlMs / 3);
  timer.unref();
  let isHeld = true;
  const release = async (): Promise<void> => {
    if (!isHeld) return;
    isHeld = false;
    clearInterval(timer);
    signal.removeEventListener("abort", release);
    const giveBack = (): void => registry.releaseLease(name, owner);
    try {
      // A lease left behind keeps everybody out until it has run out.
      if (signal.aborted) giveBack();
      else await retryBusy(giveBack, { signal });
    } catch {
      // Locked to the end, or closed: it runs out by itself.
    }
  };
  signal.addEventListener("abort", release);
  if (signal.aborted) await release();
  return { signal: AbortSignal.any([signal, lost.signal]), release };
}
