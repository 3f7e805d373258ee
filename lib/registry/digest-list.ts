/** SHA-256. */
export const DIGEST_BYTES = 32;

/** The digests that lie one behind the other in `bytes`, without a copy. */
export function splitDigests(bytes: Uint8Array): Uint8Array[] {
  const count = Math.floor(bytes.byteLength / DIGEST_BYTES);
  return Array.from({ length: count }, (_, at) => digestAt(bytes, at));
}

export function digestAt(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES);
}

/** Sorts the digests in `bytes` in place, without an object for each of them. */
export function sortDigests(bytes: Uint8Array): void {
  const before = Buffer.from(bytes);
  const order = Uint32Array.from({ length: bytes.byteLength / DIGEST_BYTES }, (_, at) => at * DIGEST_BYTES);
  order.sort((a, b) => before.compare(before, b, b + DIGEST_BYTES, a, a + DIGEST_BYTES));
  for (const [at, from] of order.entries()) {
    before.copy(bytes, at * DIGEST_BYTES, from, from + DIGEST_BYTES);
  }
}

/** Whether one of the sorted digests in `bytes` is this one. */
export function includesDigest(bytes: Uint8Array, digest: Uint8Array): boolean {
  let low = 0;
  let high = bytes.byteLength / DIGEST_BYTES;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = Buffer.compare(digestAt(bytes, middle), digest);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}
