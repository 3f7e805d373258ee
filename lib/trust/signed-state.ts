import * as z from "zod";
import { hashSchema } from "../model/kata.ts";

const version = z.int().positive();

/** A signed realm's state as it was last accepted: the floor under everything that it may show from then on. */
export const signedStateSchema = z.object({
  /** SHA-256 of the first root: the realm's fingerprint. */
  root: hashSchema,
  /** SHA-256 of the newest root. A cached copy with another hash was cut off or edited, and is not used. */
  currentRoot: hashSchema,
  versions: z.object({ root: version, timestamp: version, snapshot: version, targets: version }),
  /** Digest of the key ids that the newest root gives to a role: a floor is worth what its keys are worth. */
  keys: z.object({ timestamp: hashSchema, snapshot: hashSchema }),
  /** Publish number in the signed pointer. */
  seq: z.int().nonnegative(),
  /** Milliseconds since 1970 at which the first of the four signatures expires. */
  expiresAt: z.int(),
});

export type SignedState = z.infer<typeof signedStateSchema>;
