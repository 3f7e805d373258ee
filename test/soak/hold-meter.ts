/** The longest that one turn of the event loop has taken. */
export interface HoldMeter extends Disposable {
  /** Milliseconds since the last reset. */
  longestMs(): number;
  reset(): void;
}

const LOOK_EVERY_MS = 2;

/**
 * Looks at the loop every two milliseconds. Of a gap between two looks, what counts is the processor time that this
 * process used in it where that is less: a machine that was busy with others held nobody here.
 */
export function watchHolds(): HoldMeter {
  let longestMs = 0;
  let wall = performance.now();
  let cpu = process.cpuUsage();
  const timer = setInterval(() => {
    const used = process.cpuUsage(cpu);
    const gapMs = performance.now() - wall - LOOK_EVERY_MS;
    longestMs = Math.max(longestMs, Math.min(gapMs, (used.user + used.system) / 1000));
    wall = performance.now();
    cpu = process.cpuUsage();
  }, LOOK_EVERY_MS);
  return {
    longestMs: () => longestMs,
    reset() {
      longestMs = 0;
      wall = performance.now();
      cpu = process.cpuUsage();
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
