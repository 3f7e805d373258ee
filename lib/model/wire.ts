import * as z from "zod";
import { kataMetadataSchema } from "./kata.ts";
import { realmIdSchema } from "./realm.ts";
import { realmText } from "./text.ts";

/** Limits of the realm format. Bytes are counted as they arrive and again after inflating. */
export const wireLimits = {
  maxPointerBytes: 64 * 1024,
  /** `realm.json` or `index.json` that holds its rows itself. */
  maxOneFileBytes: 4 * 1024 * 1024,
  maxRowBytes: 8 * 1024,
  maxJsonDepth: 8,
  maxRows: 1_000_000,
  maxRedirects: 3,
  headersTimeoutMs: 10_000,
  pointerTimeoutMs: 30_000,
  /** A transfer slower than this over {@link wireLimits.slowWindowMs} is cut off. */
  minBytesPerSecond: 1024,
  slowWindowMs: 30_000,
} as const;

const katasSchema = z.array(kataMetadataSchema);

/** `realm.json` with its rows inside: a small realm written by hand. */
export const oneFileRealmSchema = z.object({
  format: z.literal(1),
  realm: realmIdSchema.optional(),
  name: realmText(80).optional(),
  seq: z.int().nonnegative().optional(),
  issued: z.iso.datetime().optional(),
  notice: realmText(280).optional(),
  katas: katasSchema,
});

/** `index.json`: the plainest reading of the guide's `fetchRealmIndex`. */
export const plainIndexSchema = z.object({ katas: katasSchema });

export type OneFileRealm = z.infer<typeof oneFileRealmSchema>;
