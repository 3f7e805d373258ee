import { expect, test } from "bun:test";
import { host } from "./hosts.ts";

// Monday, 23 November 2026, 06:00 local time.
const monday = new Date(2026, 10, 23, 6, 0, 1);

test.each([
  ["* * * * *", true],
  ["0 6 * * *", true],
  [" 0  6 * * * ", true],
  ["00 06 * * *", true],
  ["*/5 */6 * * *", true],
  ["*/7 * * * *", true],
  ["* */4 * * *", false],
  ["0 6 23 11 1", true],
  ["0 6 23 11 2", false],
  ["* * * 10 *", false],
])("%p at six on a Monday fits: %p", (expression, fits) => {
  expect(host.matchesCron(expression, monday)).toBe(fits);
});

test.each([
  ["a list is its first number", "0,30 6 * * *", true],
  ["a list that starts elsewhere never fits now", "30,0 6 * * *", false],
  ["a range is its first number", "0 6 * * 1-5", true],
  ["a range that holds the day does not fit it", "0 6 * * 0-5", false],
  ["names never fit", "0 6 * * MON", false],
  ["Sunday is not 7", "0 6 * * 7", false],
  ["a step of zero never fits", "*/0 * * * *", false],
  ["macros never fit", "@daily", false],
  ["six fields never fit", "* * * * * *", false],
  ["four fields never fit", "0 6 * *", false],
])("in an expression %s", (_, expression, fits) => {
  expect(host.matchesCron(expression, monday)).toBe(fits);
});
