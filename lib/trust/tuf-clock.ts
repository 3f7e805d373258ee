import { RealmError } from "../errors.ts";

/** How far two honest clocks may be apart, in milliseconds. */
export const MAX_CLOCK_SKEW_MS = 10 * 60_000;

/**
 * Refuses a signed time that lies ahead: then this machine's clock is behind, and it would take signatures for
 * good that have expired.
 *
 * @param issued what the signed pointer says, as ISO 8601
 * @throws RealmError `clock_wrong`
 */
export function assertClockNotBehind(issued: string, now: number, host: string): void {
  const issuedAt = Date.parse(issued);
  if (issuedAt <= now + MAX_CLOCK_SKEW_MS) return;
  throw new RealmError(
    "clock_wrong",
    `This machine's clock says ${toIso(now)}, but what ${host} serves was signed at ${toIso(issuedAt)}. Set the clock, or ask the publisher about theirs.`,
  );
}

/**
 * What to say of a signature that has expired. A host's own time is nobody's proof, so it only ever chooses the
 * words: the realm is refused either way.
 *
 * @param file which file has expired, such as `timestamp.json`
 * @param hostTime milliseconds since 1970 as the host's answers gave it
 */
export function toExpiredError(
  file: string,
  { now, host, hostTime }: { now: number; host: string; hostTime?: number | undefined },
): RealmError {
  if (hostTime !== undefined && now - hostTime > MAX_CLOCK_SKEW_MS) {
    return new RealmError(
      "clock_wrong",
      `${file} at ${host} has expired by this machine's clock, which says ${toIso(now)} where the host says ${toIso(hostTime)}. Set the clock.`,
    );
  }
  return new RealmError(
    "metadata_expired",
    `${file} at ${host} has expired: its publisher has to sign again. What was synced stays searchable.`,
  );
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
