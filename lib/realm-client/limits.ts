import { MAX_SOURCE_BYTES } from "../model/kata.ts";
import { packLimits } from "../model/pack-limits.ts";
import { wireLimits } from "../model/wire.ts";

/** What the client refuses to exceed. Sizes in bytes, times in milliseconds. Tests shorten them. */
export type ClientLimits = Record<
  | keyof typeof wireLimits
  | keyof typeof packLimits
  | "maxSourceBytes"
  | "sourceTimeoutMs"
  | "packTimeoutMs"
  | "packMsPer64KiB",
  number
>;

const FILE_BASE_MS = 30_000;
const FILE_MS_PER_64_KIB = 1_000;
const KIB_64 = 65_536;

/** The format's limits, and those of a kata source and a pack: 30 s and 1 s more per 64 KiB that it may have. */
export const defaultLimits: ClientLimits = {
  ...wireLimits,
  ...packLimits,
  maxSourceBytes: MAX_SOURCE_BYTES,
  sourceTimeoutMs: FILE_BASE_MS + Math.ceil(MAX_SOURCE_BYTES / KIB_64) * FILE_MS_PER_64_KIB,
  packTimeoutMs: FILE_BASE_MS,
  packMsPer64KiB: FILE_MS_PER_64_KIB,
};

/** Milliseconds that a pack of this size may take. */
export function packTimeoutMs(limits: ClientLimits, bytes: number): number {
  return limits.packTimeoutMs + Math.ceil(bytes / KIB_64) * limits.packMsPer64KiB;
}
