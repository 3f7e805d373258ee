import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { watchTimers } from "./live-timers.ts";

/** `npm run soak` is the hour. What can be counted shows in ten rounds, in a process that does nothing else. */
const ROUNDS = "10";

test("a host has no handler, timer or open file more after installs, syncs and hot reloads, and one proposal a need", async () => {
  const run = Bun.spawn([process.execPath, join(import.meta.dir, "run.ts"), "--rounds", ROUNDS], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const said = await new Response(run.stdout).text();
  expect(said).toContain("1000 needs in a second: 10 proposals for 10,");
  expect(said).toMatch(/10 rounds in .* from .* (\d+ handlers, \d+ timers, \d+ open files) to .* \1\n/);
  expect(await run.exited).toBe(0);
}, 120_000);

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
