import { MAX_SOURCE_BYTES } from "../model/kata.ts";
import { wireLimits } from "../model/wire.ts";

/** What the client refuses to exceed. Sizes in bytes, times in milliseconds. Tests shorten them. */
export type ClientLimits = Record<keyof typeof wireLimits | "maxSourceBytes" | "sourceTimeoutMs", number>;

const SOURCE_BASE_MS = 30_000;
const SOURCE_MS_PER_64_KIB = 1_000;

/** The format's limits, and those of a kata source: 30 s and 1 s more per 64 KiB that it may have. */
export const defaultLimits: ClientLimits = {
  ...wireLimits,
  maxSourceBytes: MAX_SOURCE_BYTES,
  sourceTimeoutMs: SOURCE_BASE_MS + Math.ceil(MAX_SOURCE_BYTES / 65_536) * SOURCE_MS_PER_64_KIB,
};
