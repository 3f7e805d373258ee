import { afterEach, describe, expect, test } from "bun:test";
import { isSchedule, nextRun, previousRun } from "../../lib/model/cron.ts";

const DAILY = "0 6 * * *";
const HOUR = 3_600_000;
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

function inZone(zone: string): void {
  process.env.TZ = zone;
}

describe("previousRun", () => {
  test("a run in this very millisecond counts, one millisecond earlier it is yesterday's", () => {
    expect(previousRun(DAILY, SIX)).toBe(SIX);
    expect(previousRun(DAILY, SIX - 1)).toBe(SIX - DAY);
  });

  test("the host's local time counts: six in the morning in Berlin, in winter and in summer", () => {
    inZone("Europe/Berlin");
    expect(previousRun(DAILY, at("2026-01-15T12:00:00Z"))).toBe(at("2026-01-15T05:00:00Z"));
    expect(previousRun(DAILY, at("2026-07-15T12:00:00Z"))).toBe(at("2026-07-15T04:00:00Z"));
  });

  test("on the day the clocks go forward the run is 23 hours after the last one", () => {
    inZone("Europe/Berlin");
    expect(previousRun(DAILY, at("2026-03-29T12:00:00Z"))).toBe(at("2026-03-29T04:00:00Z"));
    expect(previousRun(DAILY, at("2026-03-29T03:59:59Z"))).toBe(at("2026-03-28T05:00:00Z"));
  });

  test("on the day the clocks go back the run is 25 hours after the last one", () => {
    inZone("Europe/Berlin");
    expect(previousRun(DAILY, at("2026-10-25T12:00:00Z"))).toBe(at("2026-10-25T05:00:00Z"));
    expect(previousRun(DAILY, at("2026-10-25T04:59:59Z"))).toBe(at("2026-10-24T04:00:00Z"));
  });

  test("a run inside the hour that the clocks skip happens right behind it, not a day later", () => {
    inZone("Europe/Berlin");
    const behindTheGap = at("2026-03-29T01:30:00Z");
    expect(previousRun("30 2 * * *", at("2026-03-29T12:00:00Z"))).toBe(behindTheGap);
    expect(previousRun("30 2 * * *", behindTheGap)).toBe(behindTheGap);
    expect(previousRun("30 2 * * *", at("2026-03-29T01:29:59Z"))).toBe(at("2026-03-28T01:30:00Z"));
  });

  test("a run in the hour that the clocks repeat happens once", () => {
    inZone("Europe/Berlin");
    const firstPass = at("2026-10-25T00:30:00Z");
    expect(previousRun("30 2 * * *", firstPass)).toBe(firstPass);
    expect(previousRun("30 2 * * *", at("2026-10-25T12:00:00Z"))).toBe(firstPass);
  });

  test.each([
    ["an empty text", ""],
    ["four fields", "0 6 * *"],
    ["six fields, the first of them seconds", "0 0 6 * * *"],
    ["words", "at six in the morning"],
    ["a nickname", "@daily"],
    ["a random minute, which would differ at each look", "H 6 * * *"],
    ["an hour that does not exist", "0 25 * * *"],
    ["a day that does not exist", "0 6 30 2 *"],
  ])("%s is a RangeError", (_what, schedule) => {
    expect(() => previousRun(schedule, SIX)).toThrow(RangeError);
    expect(() => nextRun(schedule, SIX)).toThrow(RangeError);
    expect(isSchedule(schedule, SIX)).toBe(false);
  });

  test.each(["0 6 * * *", "*/10 * * * *", "15 4 1,15 * 1-5", "0 6 * JAN mon", "  0   6 * * * "])(
    "%p can be read",
    (schedule) => {
      expect(isSchedule(schedule, SIX)).toBe(true);
    },
  );
});

describe("nextRun", () => {
  test("is later than now, even when now is a scheduled time", () => {
    expect(nextRun(DAILY, SIX - 1)).toBe(SIX);
    expect(nextRun(DAILY, SIX)).toBe(SIX + DAY);
  });

  test("is not in the past during the second pass of an hour that the clocks repeat", () => {
    inZone("Europe/Berlin");
    const secondPass = at("2026-10-25T01:05:00Z");
    expect(nextRun("15 * * * *", secondPass)).toBe(at("2026-10-25T02:15:00Z"));
  });
});

// Clock changes of half an hour, at midnight, by two hours: where cron-parser gives up with real zones.
test.each(["Australia/Lord_Howe", "Africa/Cairo", "America/Santiago", "Antarctica/Troll"])(
  "all through 2026 in %s, now lies between a previous and a next run less than 27 hours apart",
  (zone) => {
    inZone(zone);
    const wrong: unknown[] = [];
    for (const schedule of [DAILY, "0 0 * * *"]) {
      for (let now = at("2026-01-01T00:07:00Z"); now < at("2027-01-01T00:00:00Z"); now += 7 * HOUR) {
        const previous = previousRun(schedule, now);
        const next = nextRun(schedule, now);
        if (previous > now || next <= now || next - previous >= 27 * HOUR) wrong.push({ schedule, now });
      }
    }
    expect(wrong).toEqual([]);
  },
);
