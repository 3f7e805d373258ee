import { readFileSync, rmSync, writeFileSync } from "node:fs";

/** Less than a day, so that a sync a day looks each time. */
const CHECK_EVERY_MS = 20 * 3_600_000;

/** When an index was looked at as a whole. */
export interface LastCheck {
  /** Milliseconds since 1970, or NaN. */
  checkedAt: number;
  /** It was too long ago, or the last writer did not end well. */
  isDue: boolean;
  /** Notes that a writer ended well, and when the index was looked at. */
  noteClosed(checkedAt: number): void;
}

/**
 * Reads the note beside the index and takes it away: it lies there while nobody writes the index, so that a writer
 * that was killed leaves none.
 */
export function takeLastCheck(indexPath: string, now: number): LastCheck {
  const path = `${indexPath}.checked`;
  const checkedAt = readTime(path);
  rmSync(path, { force: true });
  const isRecent = checkedAt <= now && now - checkedAt < CHECK_EVERY_MS;
  return { checkedAt, isDue: !isRecent, noteClosed: (at) => writeFileSync(path, String(at)) };
}

function readTime(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, "utf8"), 10);
  } catch {
    // There is none, or it cannot be read, which is as good: the index is looked at.
    return Number.NaN;
  }
}
