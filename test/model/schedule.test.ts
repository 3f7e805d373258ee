import { afterEach, describe, expect, test } from "bun:test";
import type { Realm } from "../../lib/model/realm.ts";
import {
  DEFAULT_SCHEDULE,
  FAILED_PAUSE_MS,
  FAILED_RETRY_MS,
  isRealmDue,
  isResting,
  isScheduledMinute,
  isStale,
  isSyncDue,
  jitterOf,
  MAX_JITTER_MS,
  nextSyncAt,
} from "../../lib/model/schedule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SIX = at("2026-03-10T06:00:00Z");

const zoneOfTests = process.env.TZ;
afterEach(() => {
  if (zoneOfTests === undefined) delete process.env.TZ;
  else process.env.TZ = zoneOfTests;
});

function at(time: string): number {
  return Date.parse(time);
}

test("the next sync is the next scheduled time, moved by the jitter, and always later than now", () => {
  const jitterMs = 20 * MINUTE;
  expect(nextSyncAt(DEFAULT_SCHEDULE, SIX - HOUR, jitterMs)).toBe(SIX + jitterMs);
  expect(nextSyncAt(DEFAULT_SCHEDULE, SIX, jitterMs)).toBe(SIX + jitterMs);
  expect(nextSyncAt(DEFAULT_SCHEDULE, SIX + jitterMs, jitterMs)).toBe(SIX + DAY + jitterMs);
});

describe("isSyncDue", () => {
  const jitterMs = 20 * MINUTE;

  test("a host that never synced is due at once", () => {
    expect(isSyncDue(DEFAULT_SCHEDULE, undefined, SIX - HOUR, jitterMs)).toBe(true);
  });

  test("the day's run is due after the jitter and not a millisecond before", () => {
    const yesterday = SIX - DAY + jitterMs;
    expect(isSyncDue(DEFAULT_SCHEDULE, yesterday, SIX, jitterMs)).toBe(false);
    expect(isSyncDue(DEFAULT_SCHEDULE, yesterday, SIX + jitterMs - 1, jitterMs)).toBe(false);
    expect(isSyncDue(DEFAULT_SCHEDULE, yesterday, SIX + jitterMs, jitterMs)).toBe(true);
  });

  test("once synced it is not due again that day", () => {
    expect(isSyncDue(DEFAULT_SCHEDULE, SIX + jitterMs, SIX + jitterMs + 1, jitterMs)).toBe(false);
    expect(isSyncDue(DEFAULT_SCHEDULE, SIX + jitterMs, SIX + DAY + jitterMs - 1, jitterMs)).toBe(false);
  });

  test("a host that slept at six is due as soon as it wakes", () => {
    expect(isSyncDue(DEFAULT_SCHEDULE, SIX - DAY + jitterMs, SIX + 3 * HOUR, jitterMs)).toBe(true);
  });

  test("a host that was away for a week and starts at five is due at five", () => {
    expect(isSyncDue(DEFAULT_SCHEDULE, SIX - 7 * DAY, SIX - HOUR, jitterMs)).toBe(true);
  });

  test("a last sync in the future, from a clock that ran ahead, does not put off the next for ever", () => {
    expect(isSyncDue(DEFAULT_SCHEDULE, SIX + 365 * DAY, SIX - HOUR, jitterMs)).toBe(true);
  });

  test("a schedule that is denser than the jitter still runs as often as it says", () => {
    let lastSyncedAt = SIX;
    let runs = 0;
    for (let now = SIX + MINUTE; now <= SIX + 2 * HOUR; now += MINUTE) {
      if (!isSyncDue("*/10 * * * *", lastSyncedAt, now, 25 * MINUTE)) continue;
      lastSyncedAt = now;
      runs += 1;
    }
    expect(runs).toBe(12);
  });

  test.each(["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "UTC"])(
    "one sync a day through a whole year of %s, whatever its clocks do",
    (zone) => {
      process.env.TZ = zone;
      const start = new Date(2026, 0, 1).getTime();
      const days = new Set<string>();
      let lastSyncedAt = start;
      let runs = 0;
      for (let now = start; now < new Date(2027, 0, 1).getTime(); now += 4 * HOUR) {
        if (!isSyncDue(DEFAULT_SCHEDULE, lastSyncedAt, now, 7 * MINUTE)) continue;
        lastSyncedAt = now;
        runs += 1;
        days.add(new Date(now).toDateString());
      }
      expect(runs).toBe(365);
      expect(days.size).toBe(365);
    },
  );
});

describe("isRealmDue", () => {
  const noon = SIX + 6 * HOUR;
  const isDue = (history: Parameters<typeof isRealmDue>[1], now = noon) =>
    isRealmDue(DEFAULT_SCHEDULE, history, now, 0);

  test("a realm that failed today is not called again by the next check", () => {
    const failed = { lastSyncedAt: SIX - DAY, lastAttemptAt: noon - 5 * MINUTE, failureCode: "network" };
    expect(isDue(failed)).toBe(false);
  });

  test("a realm that was never reached is not called by every check either", () => {
    expect(isDue({ lastAttemptAt: noon - 5 * MINUTE, failureCode: "timeout" })).toBe(false);
  });

  test("a failure of the network is tried again an hour later, not only tomorrow", () => {
    const failed = { lastSyncedAt: SIX - DAY, lastAttemptAt: noon, failureCode: "network" };
    expect(isDue(failed, noon + FAILED_RETRY_MS - 1)).toBe(false);
    expect(isDue(failed, noon + FAILED_RETRY_MS)).toBe(true);
  });

  test("what the realm sent and we refused is not downloaded again before tomorrow", () => {
    const refused = { lastSyncedAt: SIX - DAY, lastAttemptAt: SIX, failureCode: "hash_conflict" };
    expect(isDue(refused, SIX + 23 * HOUR)).toBe(false);
    expect(isDue(refused, SIX + DAY)).toBe(true);
  });

  test("a success after the failure counts, and the failure no longer", () => {
    expect(isDue({ lastSyncedAt: noon - HOUR, lastAttemptAt: noon - HOUR })).toBe(false);
  });

  test("times from a clock that ran ahead count as none", () => {
    expect(isDue({ lastSyncedAt: noon + DAY, lastAttemptAt: noon + DAY })).toBe(true);
    expect(isDue({ lastSyncedAt: noon + DAY, lastAttemptAt: noon - MINUTE, failureCode: "network" })).toBe(
      false,
    );
  });
});

describe("isScheduledMinute", () => {
  test("holds for the sixty seconds from the scheduled time on", () => {
    expect(isScheduledMinute(DEFAULT_SCHEDULE, SIX - 1)).toBe(false);
    expect(isScheduledMinute(DEFAULT_SCHEDULE, SIX)).toBe(true);
    expect(isScheduledMinute(DEFAULT_SCHEDULE, SIX + MINUTE - 1)).toBe(true);
    expect(isScheduledMinute(DEFAULT_SCHEDULE, SIX + MINUTE)).toBe(false);
  });

  test("holds wherever in the minute the host's drifting cron ends up", () => {
    for (let drift = 0; drift < 59_000; drift += 1_892) {
      expect(isScheduledMinute(DEFAULT_SCHEDULE, SIX + drift)).toBe(true);
    }
  });
});

describe("isStale", () => {
  const realm = (extra: Partial<Realm>): Realm => ({
    id: "team",
    name: "Team",
    type: "custom",
    url: "https://realms.example/v1",
    enabled: true,
    ...extra,
  });

  test("lazy, the default: from the ttl on, an hour when none is set", () => {
    expect(isStale(realm({ lastSyncedAt: SIX - HOUR + 1 }), SIX)).toBe(false);
    expect(isStale(realm({ lastSyncedAt: SIX - HOUR }), SIX)).toBe(true);
    expect(isStale(realm({ cacheStrategy: "lazy", cacheTtl: MINUTE, lastSyncedAt: SIX - MINUTE }), SIX)).toBe(
      true,
    );
  });

  test("eager: never by age, only by the schedule", () => {
    expect(isStale(realm({ cacheStrategy: "eager", lastSyncedAt: SIX - 365 * DAY }), SIX)).toBe(false);
  });

  test("none: always, even in the millisecond of the last sync and with a ttl set", () => {
    expect(isStale(realm({ cacheStrategy: "none", cacheTtl: HOUR, lastSyncedAt: SIX }), SIX)).toBe(true);
  });

  test.each(["eager", "lazy", "none"] as const)("%s and never synced: yes", (cacheStrategy) => {
    expect(isStale(realm({ cacheStrategy }), SIX)).toBe(true);
  });

  test("lazy with a last sync in the future: nobody knows its age, so yes", () => {
    expect(isStale(realm({ lastSyncedAt: SIX + DAY }), SIX)).toBe(true);
  });
});

describe("isResting", () => {
  test("a realm that just failed rests for a minute", () => {
    const failed = { lastAttemptAt: SIX, failureCode: "network" };
    expect(isResting(failed, SIX + FAILED_PAUSE_MS - 1)).toBe(true);
    expect(isResting(failed, SIX + FAILED_PAUSE_MS)).toBe(false);
  });

  test("a realm that did not fail, or failed in the future, does not rest", () => {
    expect(isResting({ lastAttemptAt: SIX }, SIX)).toBe(false);
    expect(isResting({ lastAttemptAt: SIX + DAY, failureCode: "network" }, SIX)).toBe(false);
  });
});

test("the jitter reaches from nothing to just under thirty minutes", () => {
  expect(jitterOf(0)).toBe(0);
  expect(jitterOf(0.5)).toBe(MAX_JITTER_MS / 2);
  expect(jitterOf(1 - 2 ** -48)).toBe(MAX_JITTER_MS - 1);
});
