import { describe, expect, test } from "bun:test";
import { watchTimers } from "./live-timers.ts";
import { burst, soak } from "./soak.ts";
import { type Sample, startSoakWorld } from "./soak-world.ts";

/** `npm run soak` is the hour; what can be counted shows in ten rounds. Memory needs the hour. */
const ROUNDS = 10;

describe("a host that lives on", () => {
  test("answers a thousand needs in a second with one proposal a need", async () => {
    await using world = await startSoakWorld();
    await world.install();
    expect(await burst(world)).toMatchObject({ events: 1000, needs: 10, proposals: 10 });
  });

  test("has no handler, timer or open file more after installs, syncs and hot reloads", async () => {
    await using world = await startSoakWorld();
    const samples: Sample[] = [];
    const half = {
      isOver: (rounds: number) => rounds === ROUNDS / 2,
      sampleEvery: ROUNDS / 2,
      onSample: (sample: Sample) => samples.push(sample),
    };
    await soak(world, half);
    await world.reload();
    await soak(world, half);
    const [warm, last] = samples.map(({ rssBytes: _, ...counted }) => counted);
    expect(warm?.handlers).toBeGreaterThan(3);
    expect(last).toEqual(warm as NonNullable<typeof warm>);
    expect(world.count("kata.installed")).toBe(ROUNDS);
  });
});

describe("the count of timers", () => {
  test("goes up with each that is set, and down when it fires or is cleared", async () => {
    using timers = watchTimers();
    const before = timers.count();
    const long = setTimeout(() => {}, 60_000);
    const again = setInterval(() => {}, 60_000);
    await new Promise((fired) => setTimeout(fired, 1));
    expect(timers.count() - before).toBe(2);
    clearTimeout(long);
    clearInterval(again);
    expect(timers.count()).toBe(before);
  });
});
