/** A lock of 2,000 katas has half of that; a larger file is none. */
export const MAX_LOCK_BYTES = 1024 * 1024;
export const MAX_LOCKED_KATAS = 2000;
