/**
 * How much stands behind what a realm says. `pinned`: signed, and its first root is the one that a person named.
 * `first-use`: signed, and its first root is the one that was met first. `stale`: signed, but the signatures
 * have expired. `unsigned`: whoever can write to the host can write to the realm.
 */
export const trustLevels = ["pinned", "first-use", "unsigned", "stale"] as const;

export type TrustLevel = (typeof trustLevels)[number];
