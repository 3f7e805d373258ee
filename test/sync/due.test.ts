import { afterEach, describe, expect, test } from "bun:test";
import { FAILED_RETRY_MS, MAX_JITTER_MS } from "../../lib/model/schedule.ts";
import { CHECK_INTERVAL_MS, createSyncSchedule, FIRST_CHECK_MS } from "../../lib/sync/due.ts";
import { jitterMsOf } from "../../lib/sync/jitter.ts";
import type { SyncReport } from "../../lib/sync/syncer.ts";
import { memoryRegistry, realmOf, TestClock, TestLog } from "./fixtures.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SIX = Date.parse("2026-03-10T06:00:00Z");

const zoneOfTests = process.env.TZ;
afterEach(() => {
  if (zoneOfTests === undefined) delete process.env.TZ;
  else process.env.TZ = zoneOfTests;
});

/** One host with a schedule, whose clock and timers only move when the test says so. */
function createHost(
  options: { now?: number; jitterMs?: number; schedule?: string; realmIds?: string[] } = {},
) {
  const clock = new TestClock(options.now ?? SIX - HOUR);
  const registry = memoryRegistry(clock);
  for (const id of options.realmIds ?? ["team"])
    registry.registerRealm(realmOf(id, "https://realm.example/v1"));
  const log = new TestLog();
  const timers: Array<{ at: number; callback: () => void }> = [];
  const synced: Array<{ at: number; ids: readonly string[] | undefined }> = [];
  let settings = {
    schedule: options.schedule ?? "0 6 * * *",
    fails: false,
    report: "finished" as SyncReport["kind"],
    hold: Promise.resolve(),
  };

  const schedule = createSyncSchedule({
    clock,
    registry,
    log,
    jitterMs: options.jitterMs ?? 20 * MINUTE,
    schedule: () => settings.schedule,
    setTimer(callback, ms) {
      const timer = { at: clock.time + ms, callback };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer) >>> 0, timers.includes(timer) ? 1 : 0);
    },
    syncer: {
      async sync(ids) {
        synced.push({ at: clock.time, ids });
        await settings.hold;
        for (const id of settings.report === "finished" ? (ids ?? ["team"]) : []) {
          if (settings.fails) registry.recordSyncFailure(id, clock.time, "network", "no way");
          else registry.recordSyncSuccess(id, clock.time);
        }
        return { kind: settings.report, outcomes: [] };
      },
    },
  });

  return {
    clock,
    registry,
    log,
    schedule,
    synced,
    timers,
    set(change: Partial<typeof settings>) {
      settings = { ...settings, ...change };
    },
    /** Lets the time pass, with every timer that falls due in it. */
    async pass(ms: number) {
      const end = clock.time + ms;
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers.splice(timers.indexOf(next), 1);
        clock.time = Math.max(clock.time, next.at);
        next.callback();
        await new Promise((resolve) => setImmediate(resolve));
      }
      clock.time = end;
    },
    /** The machine sleeps: the clock goes on and the timers do not. */
    sleep(ms: number) {
      clock.time += ms;
      for (const timer of timers) timer.at += ms;
    },
  };
}

describe("a schedule that was started", () => {
  test("looks five seconds after the start: a realm that was never synced is synced then", async () => {
    const host = createHost();
    host.schedule.start();
    await host.pass(FIRST_CHECK_MS - 1);
    expect(host.synced).toEqual([]);
    await host.pass(1);
    expect(host.synced).toEqual([{ at: SIX - HOUR + FIRST_CHECK_MS, ids: ["team"] }]);
  });

  test("syncs once a day, at the scheduled time plus its jitter to the millisecond", async () => {
    const host = createHost();
    host.registry.recordSyncSuccess("team", SIX - HOUR);
    host.schedule.start();
    await host.pass(2 * DAY);
    expect(host.synced.map(({ at }) => at)).toEqual([0, 1].map((day) => SIX + day * DAY + 20 * MINUTE));
  });

  test("through the days on which the clocks change it syncs once a day", async () => {
    process.env.TZ = "Europe/Berlin";
    for (const [day, hour] of [
      ["2026-03-28T12:00:00Z", 4],
      ["2026-10-24T12:00:00Z", 5],
    ] as const) {
      const start = Date.parse(day);
      const host = createHost({ now: start });
      host.registry.recordSyncSuccess("team", start);
      host.schedule.start();
      await host.pass(2 * DAY);
      const syncedAt = host.synced.map(({ at }) => new Date(at).toISOString().slice(11, 16));
      expect(syncedAt).toEqual([`0${hour}:20`, `0${hour}:20`]);
    }
  });

  test("a machine that slept at six catches up at the first look after it woke", async () => {
    const host = createHost();
    host.registry.recordSyncSuccess("team", SIX - HOUR);
    host.schedule.start();
    await host.pass(10 * MINUTE);
    host.sleep(4 * HOUR);
    const wokenAt = host.clock.time;
    await host.pass(CHECK_INTERVAL_MS);
    expect(host.synced).toHaveLength(1);
    expect(host.synced[0]?.at).toBeLessThanOrEqual(wokenAt + CHECK_INTERVAL_MS);
  });

  test("a realm that keeps failing is called after one hour, two, four, and then every six", async () => {
    const host = createHost({ now: SIX + HOUR });
    host.set({ fails: true });
    host.schedule.start();
    await host.pass(24 * HOUR);
    const gaps = host.synced.slice(1).map(({ at }, i) => at - (host.synced[i]?.at ?? 0));
    expect(gaps).toHaveLength(5);
    for (const [i, hours] of [1, 2, 4, 6, 6].entries()) {
      expect(gaps[i]).toBeGreaterThanOrEqual(hours * FAILED_RETRY_MS);
      expect(gaps[i]).toBeLessThan(hours * FAILED_RETRY_MS + CHECK_INTERVAL_MS);
    }
  });

  test("a sync that somebody asks for does not wait for the pause of a failing realm to end", async () => {
    const host = createHost({ now: SIX + HOUR });
    host.set({ fails: true });
    host.schedule.start();
    await host.pass(8 * HOUR);
    const before = host.synced.length;
    await host.schedule.runNow();
    expect(host.synced).toHaveLength(before + 1);
  });

  test("a new realm is synced alone; the ones that are up to date are not called for it", async () => {
    const host = createHost({ realmIds: ["team", "added"] });
    host.registry.recordSyncSuccess("team", SIX - HOUR);
    host.schedule.start();
    await host.pass(FIRST_CHECK_MS);
    expect(host.synced.map(({ ids }) => ids)).toEqual([["added"]]);
  });

  test("a disabled realm is not due", async () => {
    const host = createHost();
    host.registry.setRealmEnabled("team", false);
    host.schedule.start();
    await host.pass(DAY);
    expect(host.synced).toEqual([]);
  });

  test("while another process holds the lease it looks again a few minutes later, not in a loop", async () => {
    const host = createHost();
    host.set({ report: "held_elsewhere" });
    host.schedule.start();
    await host.pass(FIRST_CHECK_MS + 2 * CHECK_INTERVAL_MS);
    expect(host.synced).toHaveLength(3);
  });

  test("what another process has synced meanwhile is not synced again", async () => {
    const host = createHost();
    host.registry.recordSyncSuccess("team", SIX - HOUR);
    host.schedule.start();
    await host.pass(HOUR + 10 * MINUTE);
    host.clock.time = SIX + 20 * MINUTE;
    host.registry.recordSyncSuccess("team", host.clock.time);
    await host.pass(HOUR);
    expect(host.synced).toEqual([]);
  });

  test("a clock that was set back by a day does not stop the syncs", async () => {
    const host = createHost({ now: SIX + HOUR });
    host.registry.recordSyncSuccess("team", SIX + HOUR);
    host.schedule.start();
    await host.pass(MINUTE);
    host.clock.time -= DAY;
    for (const timer of host.timers) timer.at -= DAY;
    await host.pass(CHECK_INTERVAL_MS);
    expect(host.synced).toHaveLength(1);
    await host.pass(DAY);
    expect(host.synced).toHaveLength(2);
  });

  test("a schedule that cannot be read is named once, and the default stands in for it", async () => {
    const host = createHost({ schedule: "every morning", now: SIX - HOUR });
    host.registry.recordSyncSuccess("team", SIX - HOUR);
    host.schedule.start();
    await host.pass(2 * HOUR);
    expect(host.synced.map(({ at }) => at)).toEqual([SIX + 20 * MINUTE]);
    expect(host.log.lines).toHaveLength(1);
    expect(host.log.lines[0]).toContain("every morning");
  });

  test("a schedule that was rewritten counts from the next look on", async () => {
    const host = createHost();
    host.registry.recordSyncSuccess("team", SIX - HOUR);
    host.schedule.start();
    await host.pass(10 * MINUTE);
    host.set({ schedule: "30 5 * * *" });
    await host.pass(HOUR);
    expect(host.synced.map(({ at }) => at)).toEqual([SIX - 10 * MINUTE]);
  });

  test("a database that is locked at one look is asked again at the next", async () => {
    const host = createHost();
    const { getEnabledRealms } = host.registry;
    host.registry.getEnabledRealms = () => {
      host.registry.getEnabledRealms = getEnabledRealms;
      throw new Error("locked");
    };
    host.schedule.start();
    await host.pass(FIRST_CHECK_MS);
    expect(host.synced).toEqual([]);
    expect(host.log.lines[0]).toContain("locked");
    await host.pass(CHECK_INTERVAL_MS);
    expect(host.synced).toHaveLength(1);
  });

  test("a second start does not start anew", async () => {
    const host = createHost();
    host.schedule.start();
    await host.pass(FIRST_CHECK_MS);
    host.schedule.start();
    expect(host.timers.map(({ at }) => at - host.clock.time)).toEqual([CHECK_INTERVAL_MS]);
  });

  test("after stop nothing looks any more, not even after a sync that was under way", async () => {
    const host = createHost();
    const hold = Promise.withResolvers<void>();
    host.set({ hold: hold.promise });
    host.schedule.start();
    await host.pass(FIRST_CHECK_MS);
    expect(host.synced).toHaveLength(1);
    host.schedule.stop();
    hold.resolve();
    await Bun.sleep(0);
    await host.pass(DAY);
    expect(host.timers).toEqual([]);
    expect(host.synced).toHaveLength(1);
  });

  test("stop takes back the check that was armed", () => {
    const host = createHost();
    host.schedule.start();
    host.schedule.stop();
    expect(host.timers).toEqual([]);
  });
});

describe("runNow", () => {
  test("called by the cron in the scheduled minute it waits for the jitter", async () => {
    const host = createHost({ now: SIX + 1_892 });
    host.registry.recordSyncSuccess("team", SIX - DAY + 20 * MINUTE);
    const scheduled = await host.schedule.runNow();
    expect(scheduled).toEqual({ kind: "scheduled", at: SIX + 20 * MINUTE, outcomes: [] });
    expect(host.synced).toEqual([]);
    await host.pass(HOUR);
    expect(host.synced.map(({ at }) => at)).toEqual([SIX + 20 * MINUTE]);
  });

  test("called by anyone at another time it syncs every realm at once", async () => {
    const host = createHost({ now: SIX + MINUTE });
    host.registry.recordSyncSuccess("team", SIX);
    expect(await host.schedule.runNow()).toMatchObject({ kind: "finished" });
    expect(host.synced).toEqual([{ at: SIX + MINUTE, ids: undefined }]);
  });

  test("a jitter that is over within the minute is not waited for again", async () => {
    const host = createHost({ now: SIX + 10_000, jitterMs: 9_000 });
    expect(await host.schedule.runNow()).toMatchObject({ kind: "finished" });
  });

  test("a cron that calls twice in the minute leads to one sync", async () => {
    const host = createHost({ now: SIX });
    host.registry.recordSyncSuccess("team", SIX - DAY + 20 * MINUTE);
    host.schedule.start();
    await host.schedule.runNow();
    await host.schedule.runNow(SIX + 59_000);
    await host.pass(2 * HOUR);
    expect(host.synced).toHaveLength(1);
  });
});

describe("jitterMsOf", () => {
  test("is the same for the same path and below thirty minutes", () => {
    const jitterMs = jitterMsOf("/home/ada/ronin/ronin.db");
    expect(jitterMsOf("/home/ada/ronin/ronin.db")).toBe(jitterMs);
    expect(jitterMs).toBeGreaterThanOrEqual(0);
    expect(jitterMs).toBeLessThan(MAX_JITTER_MS);
  });

  test("spreads ten thousand paths evenly over the thirty minutes", () => {
    const perMinute = new Array<number>(30).fill(0);
    for (let i = 0; i < 10_000; i += 1) {
      const minute = Math.floor(jitterMsOf(`/home/user${i}/ronin/ronin.db`) / MINUTE);
      perMinute[minute] = (perMinute[minute] ?? 0) + 1;
    }
    // 333 expected each; five standard deviations are 90.
    expect(Math.min(...perMinute)).toBeGreaterThan(243);
    expect(Math.max(...perMinute)).toBeLessThan(423);
  });
});
