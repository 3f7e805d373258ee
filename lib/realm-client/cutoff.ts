import type { RealmError } from "../errors.ts";
import { setPatientTimer } from "./patient-timer.ts";

/**
 * One signal for everything that may end a transfer early: the caller and the limits of time. Disposing it
 * stops the timers and closes whatever is still open, such as the unread page of a refused answer.
 */
export interface Cutoff extends Disposable {
  /** Its reason is the caller's own, or a RealmError. */
  readonly signal: AbortSignal;
  end(reason: RealmError): void;
  /** Ends the transfer after `ms` milliseconds in which it could go on, unless the returned function is called. */
  arm(ms: number, reason: () => RealmError): () => void;
}

export function createCutoff(caller: AbortSignal | undefined): Cutoff {
  const controller = new AbortController();
  const timers = new Set<() => void>();
  const onAbort = () => controller.abort(caller?.reason);
  if (caller?.aborted) onAbort();
  else caller?.addEventListener("abort", onAbort, { once: true });

  return {
    signal: controller.signal,
    end: (reason) => controller.abort(reason),
    arm(ms, reason) {
      const disarm = setPatientTimer(() => controller.abort(reason()), ms);
      timers.add(disarm);
      return disarm;
    },
    [Symbol.dispose]() {
      for (const disarm of timers) disarm();
      caller?.removeEventListener("abort", onAbort);
      controller.abort();
    },
  };
}

/** `work`, or a rejection with the signal's reason as soon as it comes: a name look-up cannot be aborted. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
