import { sha256Hex } from "../trust/digest.ts";
import type { PublishedRoot } from "./root-chain.ts";
import { TARGET } from "./sign-metadata.ts";
import { isSignedUnder, type SignedFiles } from "./signed-folder.ts";

/** Why a realm has to be signed. */
export type SigningReason = "first" | "changed" | "keys" | "expiring";

/**
 * Whether the pointer must be signed now, and why; undefined when what is there will do.
 *
 * @param renewBefore milliseconds since 1970: signatures that end before this are renewed
 */
export function dueReason(
  current: SignedFiles | undefined,
  newest: PublishedRoot,
  pointerBytes: Uint8Array,
  renewBefore: number,
): SigningReason | undefined {
  if (current === undefined) return "first";
  const target = current.targets.signed.targets[TARGET];
  const isSame =
    target?.length === pointerBytes.byteLength && target.hashes.sha256 === sha256Hex(pointerBytes);
  if (!isSame) return "changed";
  if (!isSignedUnder(newest.metadata, current)) return "keys";
  return expiryOf(current) < renewBefore ? "expiring" : undefined;
}

/** Milliseconds since 1970 at which the first of the three signatures ends. */
export function expiryOf({ targets, snapshot, timestamp }: SignedFiles): number {
  return Math.min(...[targets, snapshot, timestamp].map(({ signed }) => Date.parse(signed.expires)));
}
