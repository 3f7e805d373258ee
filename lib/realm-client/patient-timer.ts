/** What one look at the time may count at most, however late it comes. */
const LONGEST_STEP_MS = 250;

/**
 * Calls back once this process has been able to run for `ms` milliseconds, and returns the way to cancel. Time in
 * which it was busy with one long step hardly counts: while a large index is being written, the answers of other
 * realms wait in their sockets, and that is not the fault of their servers.
 */
export function setPatientTimer(callback: () => void, ms: number): () => void {
  let leftMs = ms;
  let timer: ReturnType<typeof setTimeout>;
  const step = (): void => {
    const stepMs = Math.min(leftMs, LONGEST_STEP_MS);
    timer = setTimeout(() => {
      leftMs -= stepMs;
      if (leftMs > 0) step();
      else callback();
    }, stepMs);
  };
  step();
  return () => clearTimeout(timer);
}
