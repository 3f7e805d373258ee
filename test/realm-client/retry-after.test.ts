import { expect, test } from "bun:test";
import { parseRetryAfter } from "../../lib/realm-client/retry-after.ts";

const now = Date.parse("2026-11-22T06:00:00Z");
const day = 24 * 3_600_000;

test.each([
  ["0", 0],
  ["120", 120_000],
  [" 5 ", 5_000],
  ["999999999999", day],
  ["Sun, 22 Nov 2026 06:01:00 GMT", 60_000],
  ["Sun, 22 Nov 2026 05:59:00 GMT", 0],
  ["Sun, 22 Nov 2099 06:00:00 GMT", day],
  [null, undefined],
  ["", undefined],
  ["-5", undefined],
  ["1.5", undefined],
  ["1e9", undefined],
  ["soon", undefined],
  ["2026-11-22T06:01:00Z", undefined],
  ["Sun, 99 Foo 2026 06:01:00 GMT", undefined],
])("Retry-After %p is %p milliseconds", (value, expected) => {
  expect(parseRetryAfter(value, now)).toBe(expected);
});
