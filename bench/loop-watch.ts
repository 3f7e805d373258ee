import type { DatabaseAPI } from "ronin-plugin-api";
import { percentile } from "./figures.ts";

/** What a host felt while something else went on. */
export interface Felt {
  /** Milliseconds by which a timer of the host came too late: p99.9 and worst. */
  heldP999Ms: number;
  heldWorstMs: number;
  samples: number;
  /** Writes of another agent through the host's own connection. */
  writes: number;
  failedWrites: number;
  slowestWriteMs: number;
}

const TICK_MS = 1;
const WRITE_EVERY_MS = 5;

/**
 * Runs `work` while one timer watches the event loop and another one writes through the host's database. The
 * connection has no busy timeout, so a write that met a lock would fail at once.
 */
export async function watchLoop(db: DatabaseAPI, work: () => Promise<unknown>): Promise<Felt> {
  await db.execute("CREATE TABLE IF NOT EXISTS bench_agent (id INTEGER PRIMARY KEY, at REAL)");
  const held: number[] = [];
  const writeMs: number[] = [];
  let failedWrites = 0;
  let last = performance.now();
  const ticking = setInterval(() => {
    const now = performance.now();
    held.push(Math.max(0, now - last - TICK_MS));
    last = now;
  }, TICK_MS);
  const writing = setInterval(() => {
    const startedAt = performance.now();
    db.execute("INSERT INTO bench_agent (at) VALUES (?)", [startedAt]).catch(() => {
      failedWrites += 1;
    });
    // The host's database is synchronous behind its promises: the row is written by now.
    writeMs.push(performance.now() - startedAt);
  }, WRITE_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(ticking);
    clearInterval(writing);
  }
  held.push(Math.max(0, performance.now() - last - TICK_MS));
  await Promise.resolve();
  return {
    heldP999Ms: percentile(held, 0.999),
    heldWorstMs: Math.max(...held),
    samples: held.length,
    writes: writeMs.length,
    failedWrites,
    slowestWriteMs: Math.max(0, ...writeMs),
  };
}
