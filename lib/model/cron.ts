import { CronExpressionParser } from "cron-parser";

/**
 * The latest time at or before `now` that the schedule names, in milliseconds since 1970. A time inside the hour
 * that clocks skip in spring counts just behind it; one in the hour that they repeat in autumn counts once.
 *
 * @param schedule five cron fields in the machine's local time
 * @throws RangeError on anything else, and on fields that name no time
 */
export function previousRun(schedule: string, now: number): number {
  const cron = parse(schedule, toWallTime(now) + 1);
  for (;;) {
    const run = toEpoch(cron.prev().getTime());
    // A skipped time is moved behind the gap, which may be later than now.
    if (run <= now) return run;
  }
}

/** The first time after `now` that the schedule names. Throws as {@link previousRun} does. */
export function nextRun(schedule: string, now: number): number {
  const cron = parse(schedule, toWallTime(now));
  for (;;) {
    const run = toEpoch(cron.next().getTime());
    // In the second pass of a repeated hour its times belong to the first one, which is over.
    if (run > now) return run;
  }
}

/** Whether `schedule` is five cron fields that name a time at all. */
export function isSchedule(schedule: string, now: number): boolean {
  try {
    previousRun(schedule, now);
    nextRun(schedule, now);
    return true;
  } catch {
    // The only question is whether it can be read; the caller names the schedule in its own message.
    return false;
  }
}

/** Numbers and names of months and days. cron-parser would also take an empty text and a random `H`. */
const fieldPattern = /^(?:[\d*/,-]|[a-z]{3})+$/i;

/**
 * cron-parser is only asked about wall-clock times, dressed up as UTC: with a real zone it throws "loop limit
 * exceeded" for days around clock changes of half an hour (Lord Howe) or at midnight (Cairo, Santiago).
 */
function parse(schedule: string, wallTime: number) {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5 || !fields.every((field) => fieldPattern.test(field))) {
    throw new RangeError(`expected five cron fields such as "0 6 * * *", found "${schedule}"`);
  }
  try {
    return CronExpressionParser.parse(fields.join(" "), { currentDate: wallTime, tz: "UTC" });
  } catch (cause) {
    throw new RangeError(`expected a cron schedule that names a time, found "${schedule}"`, { cause });
  }
}

function toWallTime(time: number): number {
  const date = new Date(time);
  return Date.UTC(
    date.getFullYear(),
    date.getMonth(),
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
    date.getMilliseconds(),
  );
}

/** Date moves a wall-clock time that does not exist behind the gap, and takes the first of two. */
function toEpoch(wallTime: number): number {
  const wall = new Date(wallTime);
  return new Date(
    wall.getUTCFullYear(),
    wall.getUTCMonth(),
    wall.getUTCDate(),
    wall.getUTCHours(),
    wall.getUTCMinutes(),
  ).getTime();
}
