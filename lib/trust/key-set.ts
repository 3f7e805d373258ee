import { lengthPrefixed, sha256Hex } from "./digest.ts";

/** Names a set of keys, in whatever order they are listed: 64 lower-case hex digits. */
export function keySetDigest(keyIds: readonly string[]): string {
  return sha256Hex(lengthPrefixed([...keyIds].sort()));
}
