import { jitterOf } from "../model/schedule.ts";
import { sha256Hex } from "../trust/digest.ts";

/**
 * How long after the scheduled time this host syncs, in milliseconds: always the same for one database path, and
 * spread evenly over many.
 */
export function jitterMsOf(databasePath: string): number {
  const digits = sha256Hex(databasePath).slice(0, 12);
  return jitterOf(Number.parseInt(digits, 16) / 2 ** 48);
}
