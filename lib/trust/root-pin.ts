import { RealmError } from "../errors.ts";
import { sha256Hex } from "./digest.ts";
import type { SignedState } from "./signed-state.ts";

/** Which first root a realm must have: the one a person named, else the one that was met first, else any. */
export interface RootPin {
  trust: "pinned" | "first-use";
  /** SHA-256 of `metadata/1.root.json`; undefined when the realm is met for the first time. */
  fingerprint: string | undefined;
}

/** A root that a person names counts more than what was met: it is how a realm with new keys is taken over. */
export function decidePin(
  pinnedRoot: string | undefined,
  known: Pick<SignedState, "root"> | undefined,
): RootPin {
  if (pinnedRoot !== undefined) return { trust: "pinned", fingerprint: pinnedRoot };
  return { trust: "first-use", fingerprint: known?.root };
}

/**
 * The fingerprint of these bytes, which are what a host serves as its first root.
 *
 * @throws RealmError `root_mismatch`
 */
export function verifyFirstRoot(bytes: Uint8Array, pin: RootPin, host: string): string {
  const found = sha256Hex(bytes);
  if (pin.fingerprint === undefined || pin.fingerprint === found) return found;
  const how = pin.trust === "pinned" ? "is pinned to" : "had when it was first met:";
  throw new RealmError(
    "root_mismatch",
    `${host} serves a first root with SHA-256 ${found}; the realm ${how} ${pin.fingerprint}. Somebody else signs it, or its publisher started over with new keys: ask before you pin the new root.`,
  );
}
