/** Waiting longer than this is not a realm's to ask. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

/** IMF-fixdate, the one form that RFC 9110 lets a server send. `Date.parse` alone reads far too much. */
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

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
  return httpDate.test(value) ? Date.parse(value) - now : Number.NaN;
}
