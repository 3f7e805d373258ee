import * as z from "zod";
import { RealmError } from "../errors.ts";
import type { TrustLevel } from "../model/trust.ts";
import { signedStateSchema } from "./signed-state.ts";
import { raiseFloor } from "./tuf-floor.ts";

/** What is remembered of a realm from sync to sync. Only a person's reset forgets it. */
export const realmTrustSchema = z.discriminatedUnion("trust", [
  z.object({ trust: z.literal("unsigned") }),
  signedStateSchema.extend({ trust: z.enum(["pinned", "first-use"]) }),
]);

export type RealmTrust = z.infer<typeof realmTrustSchema>;
export type SignedTrust = Extract<RealmTrust, { root: string }>;

/** The level to show and to install by. Expired signatures say nothing about today, however they were pinned. */
export function trustLevelOf(
  known: RealmTrust,
  facts: { now: number; lastFailure?: string | undefined },
): TrustLevel {
  if (known.trust === "unsigned") return "unsigned";
  // The realm may show newer signatures that have expired while those of the state we hold have not.
  if (facts.now >= known.expiresAt || facts.lastFailure === "metadata_expired") return "stale";
  return known.trust;
}

/**
 * What to remember after a sync found `seen`. Nothing is ever lowered.
 *
 * @throws RealmError `unsigned_after_signed`
 */
export function raiseTrust(known: RealmTrust | undefined, seen: RealmTrust): RealmTrust {
  if (known === undefined || known.trust === "unsigned") return seen;
  if (seen.trust === "unsigned") throw unsignedAfterSigned(known.root);
  return { ...raiseFloor(known, seen), trust: seen.trust };
}

/**
 * Whether a realm must be read signed, may be read unsigned, or has yet to be asked: a realm is asked for its
 * first root once, when it is met.
 *
 * @param pinnedRoot SHA-256 of the first root as a person gave it
 */
export function signingOf(
  pinnedRoot: string | undefined,
  known: RealmTrust | undefined,
): "signed" | "unsigned" | "ask" {
  if (pinnedRoot !== undefined) return "signed";
  if (known === undefined) return "ask";
  return known.trust === "unsigned" ? "unsigned" : "signed";
}

/** For a realm with the fingerprint `root` that no longer shows any signature. */
export function unsignedAfterSigned(root: string): RealmError {
  return new RealmError(
    "unsigned_after_signed",
    `The realm was signed under the root ${root.slice(0, 16)}… and now shows no signature. Nothing unsigned is accepted from it; ask its publisher.`,
  );
}
