/** What a pack and a base may hold at most. A client refuses more, so a publisher never makes it. */
export const packLimits = {
  maxPackBytes: 16 * 1024 * 1024,
  maxPackRawBytes: 64 * 1024 * 1024,
  /** Raw bytes for each byte of the pack: a pack that inflates further is a bomb. */
  maxPackRatio: 100,
  maxPackRows: 50_000,
  maxBaseBytes: 256 * 1024 * 1024,
  maxBaseRawBytes: 1024 * 1024 * 1024,
} as const;
