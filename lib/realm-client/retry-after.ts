import { parseHttpDate } from "./http-date.ts";

/** Waiting longer than this is not a realm's to ask. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * `Retry-After` (RFC 9110, 10.2.3) in milliseconds from `now`, at most a day and never negative; undefined when
 * it is missing or neither seconds nor an HTTP date.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const waitMs = toMilliseconds(value?.trim() ?? "", now);
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS);
}

function toMilliseconds(value: string, now: number): number {
  if (/^\d{1,12}$/.test(value)) return Number(value) * 1000;
  return (parseHttpDate(value) ?? Number.NaN) - now;
}
