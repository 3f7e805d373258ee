import { setTimeout as sleep } from "node:timers/promises";
import { RegistryBusyError } from "../errors.ts";

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
/** How long another process may hold the host's database before a use case gives up. */
export const MAX_BUSY_WAIT_MS = 15_000;

/**
 * Runs a registry call, again after a pause while another connection holds the lock. The pauses yield to the
 * event loop, so the host never waits for a database.
 *
 * @param options.signal once aborted, nothing is called any more
 * @throws RegistryBusyError when the file stayed locked for `maxWaitMs`; the signal's reason when aborted; whatever
 *   else `call` throws, at once
 */
export async function retryBusy<Result>(
  call: () => Result,
  options: { maxWaitMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<Result> {
  const maxWaitMs = options.maxWaitMs ?? MAX_BUSY_WAIT_MS;
  let waitedMs = 0;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    // An abort gives the lease back at once: from then on somebody else may be at work on the same rows.
    options.signal?.throwIfAborted();
    try {
      return call();
    } catch (error) {
      if (!(error instanceof RegistryBusyError) || waitedMs >= maxWaitMs) throw error;
    }
    await sleep(pauseMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
    waitedMs += pauseMs;
  }
}
