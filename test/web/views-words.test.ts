import { expect, test } from "bun:test";
import { count, sayTrust, toAge } from "../../lib/web/views/words.ts";
import { NOW } from "./views-samples.ts";

const HOUR_MS = 3_600_000;

test("an age is told in the unit that fits", () => {
  expect(toAge(NOW - 10_000, NOW)).toBe("just now");
  expect(toAge(NOW - 60_000, NOW)).toBe("1 minute ago");
  expect(toAge(NOW - 59 * 60_000, NOW)).toBe("1 hour ago");
  expect(toAge(NOW - 5 * HOUR_MS, NOW)).toBe("5 hours ago");
  expect(toAge(NOW - 47 * HOUR_MS, NOW)).toBe("2 days ago");
  expect(toAge(NOW + 14 * 24 * HOUR_MS, NOW)).toBe("in 14 days");
  expect(toAge(NOW + 5_000, NOW)).toBe("in a moment");
});

test("numbers are counted as a person says them", () => {
  expect(count(1, "line")).toBe("1 line");
  expect(count(0, "kata")).toBe("0 katas");
  expect(count(100_000, "version")).toBe("100,000 versions");
});

test("only a confirmed key is called good, and expired signatures are called bad", () => {
  const toneOf = (trust: Parameters<typeof sayTrust>[0]["trust"]) => sayTrust({ type: "custom", trust }).tone;
  expect(toneOf("pinned")).toBe("good");
  expect(toneOf("first-use")).toBe("plain");
  expect(toneOf("unsigned")).toBe("warn");
  expect(toneOf("stale")).toBe("bad");
  expect(toneOf(null)).toBe("plain");
  expect(sayTrust({ type: "local", trust: null }).word).toBe("yours");
});
