/*
 * Preloaded into every host of the matrix: the two seconds that the pack waits after a start are two hundredths,
 * and a host that is started after a kill is started 61 seconds later, when every lease of the dead has run out.
 */
const laterMs = Number(process.env.KILL_LATER_MS ?? 0);
const now = Date.now.bind(Date);
Date.now = () => now() + laterMs;

const SETTLE_MS = 2000;
const timer = globalThis.setTimeout;
globalThis.setTimeout = Object.assign(
  (callback: () => void, ms?: number, ...rest: never[]) =>
    timer(callback, ms === SETTLE_MS ? SETTLE_MS / 100 : ms, ...rest),
  timer,
) as typeof setTimeout;
