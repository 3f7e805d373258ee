import type { RealmError } from "../errors.ts";

/**
 * One signal for everything that may end a transfer early: the caller and the limits of time. Disposing it
 * stops the timers and closes whatever is still open, such as the unread page of a refused answer.
 */
export interface Cutoff extends Disposable {
  /** Its reason is the caller's own, or a RealmError. */
  readonly signal: AbortSignal;
  end(reason: RealmError): void;
  /** Ends the transfer in `ms` milliseconds unless the returned function is called before. */
  arm(ms: number, reason: () => RealmError): () => void;
}

export function createCutoff(caller: AbortSignal | undefined): Cutoff {
  const controller = new AbortController();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const onAbort = () => controller.abort(caller?.reason);
  if (caller?.aborted) onAbort();
  else caller?.addEventListener("abort", onAbort, { once: true });

  return {
    signal: controller.signal,
    end: (reason) => controller.abort(reason),
    arm(ms, reason) {
      const timer = setTimeout(() => controller.abort(reason()), ms);
      timers.add(timer);
      return () => clearTimeout(timer);
    },
    [Symbol.dispose]() {
      for (const timer of timers) clearTimeout(timer);
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
