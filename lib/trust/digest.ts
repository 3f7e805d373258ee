/** SHA-256 as 64 lower-case hex digits. A string counts as its UTF-8 bytes. */
export function sha256Hex(data: string | Uint8Array): string {
  // Not node:crypto: loading that is a good part of what starting a sync takes.
  return Bun.SHA256.hash(data, "hex");
}

/**
 * Joins fields so that no two lists give the same bytes: each field goes with its length in front. Without it,
 * `["ab", "c"]` and `["a", "bc"]` could stand in for each other under one signature.
 */
export function lengthPrefixed(fields: readonly string[]): Uint8Array {
  const parts = fields.map((field) => {
    const bytes = Buffer.from(field, "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return Buffer.concat(parts);
}
