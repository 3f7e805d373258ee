import { describe, expect, test } from "bun:test";
import {
  DEFAULT_SCHEDULE,
  FAILED_PAUSE_MS,
  FAILED_RETRY_MS,
  isRealmDue,
  isResting,
  LONGEST_PAUSE_MS,
} from "../../lib/model/schedule.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SIX = new Date(2026, 2, 10, 6).getTime();

/** A realm that failed at `at`, after as many failures in a row before. */
function failed(earlierFailures: number, at: number, failureCode = "network") {
  return { lastAttemptAt: at, failureCode, ...(earlierFailures === 0 ? {} : { earlierFailures }) };
}

describe("the pause after failures in a row", () => {
  test.each([
    [0, FAILED_PAUSE_MS],
    [1, 2 * FAILED_PAUSE_MS],
    [5, 32 * FAILED_PAUSE_MS],
    [8, 256 * FAILED_PAUSE_MS],
    [9, LONGEST_PAUSE_MS],
    [5000, LONGEST_PAUSE_MS],
  ])("with %i before it keeps searches away for %i ms and not a millisecond more", (earlier, pauseMs) => {
    expect(isResting(failed(earlier, SIX), SIX + pauseMs - 1)).toBe(true);
    expect(isResting(failed(earlier, SIX), SIX + pauseMs)).toBe(false);
  });

  test.each([
    [0, FAILED_RETRY_MS],
    [1, 2 * FAILED_RETRY_MS],
    [2, 4 * FAILED_RETRY_MS],
    [3, LONGEST_PAUSE_MS],
    [5000, LONGEST_PAUSE_MS],
  ])("with %i before it puts the next try of its own off by %i ms", (earlier, pauseMs) => {
    const at = SIX + HOUR;
    const isDue = (now: number) => isRealmDue(DEFAULT_SCHEDULE, failed(earlier, at), now, 0);
    expect(isDue(at + pauseMs - 1)).toBe(false);
    expect(isDue(at + pauseMs)).toBe(true);
  });

  test("puts off the scheduled sync too, whatever the failure was, but not after a first one", () => {
    const at = SIX - HOUR / 2;
    const isDue = (earlier: number, now: number) =>
      isRealmDue(DEFAULT_SCHEDULE, failed(earlier, at, "hash_conflict"), now, 0);
    expect(isDue(0, SIX)).toBe(true);
    expect(isDue(1, SIX)).toBe(false);
    expect(isDue(1, at + 2 * HOUR - 1)).toBe(false);
    expect(isDue(1, at + 2 * HOUR)).toBe(true);
  });

  test("is not believed when it was written under a clock that ran ahead", () => {
    expect(isResting(failed(5000, SIX + HOUR), SIX)).toBe(false);
    expect(isRealmDue(DEFAULT_SCHEDULE, failed(5000, SIX + HOUR), SIX, 0)).toBe(true);
  });

  test.each(["pack_missing", "pack_corrupt"])("%s may pass by itself: a cache lags behind", (code) => {
    const at = SIX + HOUR;
    expect(isRealmDue(DEFAULT_SCHEDULE, failed(0, at, code), at + FAILED_RETRY_MS, 0)).toBe(true);
  });

  test.each(["rolled_back", "equivocation", "state_mismatch", "hash_conflict"])(
    "%s is tried again with the schedule only",
    (code) => {
      const at = SIX + HOUR;
      expect(isRealmDue(DEFAULT_SCHEDULE, failed(0, at, code), at + 20 * HOUR, 0)).toBe(false);
      expect(isRealmDue(DEFAULT_SCHEDULE, failed(0, at, code), SIX + 24 * HOUR, 0)).toBe(true);
    },
  );
});
