import { retryBusy } from "../registry/retry.ts";

/** How long a person waits for a locked database before the page says that it is locked. */
const MAX_WAIT_MS = 1500;

/** Runs a registry call for a person who waits. @throws RegistryBusyError when the file stayed locked */
export function patiently<Result>(call: () => Result): Promise<Result> {
  return retryBusy(call, { maxWaitMs: MAX_WAIT_MS });
}
