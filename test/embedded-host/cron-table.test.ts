import { afterEach, beforeEach, expect, setSystemTime, spyOn, test } from "bun:test";
import { CronTable } from "../../lib/embedded-host/cron.ts";

const sixOClock = new Date(2026, 10, 23, 6, 0, 1);
let timers: Array<{ check: () => void; everyMs: number | undefined }>;
let cron: CronTable;

beforeEach(() => {
  timers = [];
  cron = new CronTable();
  setSystemTime(sixOClock);
});

afterEach(() => {
  cron.clearAll();
  setSystemTime();
});

function recordIntervals() {
  const real = globalThis.setInterval;
  return spyOn(globalThis, "setInterval").mockImplementation(((check: () => void, everyMs?: number) => {
    timers.push({ check, everyMs });
    return real(check, 1_000_000);
  }) as typeof setInterval);
}

test("a job looks at the clock every minute, counted from its registration", () => {
  using _ = recordIntervals();
  let runs = 0;
  cron.schedule("0 6 * * *", () => {
    runs += 1;
  });
  expect(timers.map(({ everyMs }) => everyMs)).toEqual([60_000]);
  timers[0]?.check();
  setSystemTime(new Date(2026, 10, 23, 6, 1, 1));
  timers[0]?.check();
  expect(runs).toBe(1);
});

test("a job is started again while its last run goes on", async () => {
  const release = Promise.withResolvers<void>();
  let running = 0;
  cron.schedule("* * * * *", () => {
    running += 1;
    return release.promise;
  });
  const ticks = [cron.tick(sixOClock), cron.tick(sixOClock)];
  expect(running).toBe(2);
  release.resolve();
  await Promise.all(ticks);
});

test("two jobs of one expression and millisecond share an id: cancelling the first stops the second", async () => {
  const ran: string[] = [];
  const cancelFirst = cron.schedule("* * * * *", () => ran.push("first"));
  const cancelSecond = cron.schedule("* * * * *", () => ran.push("second"));
  cancelFirst();
  await cron.tick(sixOClock);
  cancelSecond();
  await cron.tick(sixOClock);
  expect(ran).toEqual(["first", "first"]);
});

test("jobs of different milliseconds are cancelled each for itself", async () => {
  const ran: string[] = [];
  const cancelFirst = cron.schedule("* * * * *", () => ran.push("first"));
  setSystemTime(new Date(sixOClock.getTime() + 1));
  cron.schedule("* * * * *", () => ran.push("second"));
  cancelFirst();
  await cron.tick(sixOClock);
  expect(ran).toEqual(["second"]);
});

test("clearAll stops a job that lost its id as well", async () => {
  const ran: string[] = [];
  cron.schedule("* * * * *", () => ran.push("first"));
  cron.schedule("* * * * *", () => ran.push("second"));
  cron.clearAll();
  await cron.tick(sixOClock);
  expect(ran).toEqual([]);
});
