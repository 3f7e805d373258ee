import { setTimeout as sleep } from "node:timers/promises";
import { watchHolds } from "./hold-meter.ts";
import type { Sample, SoakWorld } from "./soak-world.ts";

export interface Burst {
  events: number;
  needs: number;
  proposals: number;
  /** The longest turn of the event loop while it lasted, in milliseconds of processor time. */
  longestHoldMs: number;
}

const words = "zebra quilt violin anchor pepper lantern cactus marble falcon ribbon".split(" ");
const BURST_EVENTS = 1000;
const BURST_MS = 1000;
const STEPS = 50;
const SETTLED_MS = 30_000;
const QUIET_MS = 200;
/** The host imports a changed file anew, and Bun keeps every old module, some 8 KB a file: not ours to measure. */
const RELOAD_EVERY = 100;
/** Early enough to come between the samples of a short run. */
const RELOAD_AT = 7;

/** A thousand `capability.missing` within a second, over ten needs that no realm has a kata for. */
export async function burst(world: SoakWorld): Promise<Burst> {
  const before = world.count("kata.creation_proposed");
  using holds = watchHolds();
  await sleep(20);
  holds.reset();
  for (let sent = 0; sent < BURST_EVENTS; sent += 1) {
    const word = words[sent % words.length];
    world.emit("capability.missing", { intent: `polish my ${word} every ${word}` });
    if (sent % (BURST_EVENTS / STEPS) === 0) await sleep(BURST_MS / STEPS);
  }
  const proposals = (): number => world.count("kata.creation_proposed") - before;
  for (let waitedMs = 0; proposals() < words.length && waitedMs < SETTLED_MS; waitedMs += 50) await sleep(50);
  // Long enough for one too many to show.
  await sleep(300);
  return {
    events: BURST_EVENTS,
    needs: words.length,
    proposals: proposals(),
    longestHoldMs: holds.longestMs(),
  };
}

export interface SoakOptions {
  /** Asked after each round. */
  isOver: (rounds: number) => boolean;
  onSample: (sample: Sample, rounds: number) => void;
  /** Rounds between two samples. */
  sampleEvery: number;
  /** The least that this round takes, in milliseconds. */
  roundMs: (round: number) => number;
}

/** Rounds of everything that happens in a host's life: needs, installs, syncs and hot reloads. */
export async function soak(
  world: SoakWorld,
  { isOver, onSample, sampleEvery, roundMs }: SoakOptions,
): Promise<void> {
  for (let round = 1; ; round += 1) {
    const next = performance.now() + roundMs(round);
    world.forget();
    await world.install();
    if (round % 3 === 0) await world.sync();
    if (round % RELOAD_EVERY === RELOAD_AT) await world.reload();
    if (round % sampleEvery === 0) {
      // Syncs wait for each other, so what an install has begun is over after this one.
      await world.sync();
      await sleep(QUIET_MS);
      onSample(await world.sample(), round);
    }
    if (isOver(round)) return;
    await sleep(Math.max(0, next - performance.now()));
  }
}
