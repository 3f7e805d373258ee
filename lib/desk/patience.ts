import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import { RegistryBusyError } from "../errors.ts";
import { MAX_BUSY_WAIT_MS, retryBusy } from "../registry/retry.ts";

/** How long a person waits for a locked database before the page says that it is locked. */
const MAX_WAIT_MS = 1500;

/** Runs a registry call for a person who waits. @throws RegistryBusyError when the file stayed locked */
export function patiently<Result>(call: () => Result): Promise<Result> {
  return retryBusy(call, { maxWaitMs: MAX_WAIT_MS });
}

/** Who takes it waits that long for a locked database: before, nobody can say that it was not taken. */
const TAKE_TIMEOUT_MS = MAX_BUSY_WAIT_MS + 1000;
const POLL_MS = 25;

/** The host's bus answers nothing: what it changed tells whether it was heard. False when nothing had in 16 seconds. */
export async function comesTrue(holds: () => boolean, clock: Clock): Promise<boolean> {
  const deadline = clock.now() + TAKE_TIMEOUT_MS;
  while (!holdsNow(holds)) {
    if (clock.now() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function holdsNow(holds: () => boolean): boolean {
  try {
    return holds();
  } catch (error) {
    // While the host writes, its file is locked: the next look will tell.
    if (error instanceof RegistryBusyError) return false;
    throw error;
  }
}
