import * as z from "zod";
import { hashSchema, kataMetadataSchema } from "./kata.ts";
import { isPlainMetadata } from "./plain-metadata.ts";
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

const seqSchema = z.int().nonnegative();
const byteCount = z.int().nonnegative();

/** A pack of a realm's base: at most 50,000 rows in publishing order, gzipped NDJSON named by its SHA-256. */
export const basePackSchema = z.object({
  sha256: hashSchema,
  bytes: byteCount.max(16 * 1024 * 1024),
  rawBytes: byteCount.max(64 * 1024 * 1024),
  rows: z.int().nonnegative().max(50_000),
});

/** Every row with `seq > from`, as upserts. */
export const deltaPackSchema = z.object({
  from: seqSchema,
  sha256: hashSchema,
  bytes: byteCount.max(16 * 1024 * 1024),
  rawBytes: byteCount.max(64 * 1024 * 1024),
});

/** `realm.json` whose rows lie in packs. */
export const packedRealmSchema = z.object({
  format: z.literal(1),
  realm: realmIdSchema,
  name: realmText(80).optional(),
  seq: seqSchema,
  issued: z.iso.datetime(),
  rows: z.int().nonnegative().max(1_000_000),
  /** What the index must come to after applying, see `stateOf`. */
  state: hashSchema,
  /** SHA-256 of the first signing root, of a signed realm. */
  root: hashSchema.optional(),
  base: z.array(basePackSchema).max(64),
  deltas: z.array(deltaPackSchema).max(64),
  notice: realmText(280).optional(),
});

export type PackedRealm = z.infer<typeof packedRealmSchema>;
export type PackRef = Pick<z.infer<typeof basePackSchema>, "sha256" | "bytes" | "rawBytes">;

const optional = kataMetadataSchema.shape;

/**
 * A line of a pack: the guide's metadata with what publishing always knows. One object schema and not two in an
 * intersection, which would take twice the time of a million rows.
 */
export const packRowSchema = kataMetadataSchema.safeExtend({
  seq: optional.seq.unwrap(),
  status: optional.status.unwrap(),
  sourceBytes: optional.sourceBytes.unwrap(),
  compiledWith: optional.compiledWith.unwrap(),
  requiredKatas: optional.requiredKatas.unwrap(),
  releaseDate: optional.releaseDate.unwrap(),
  lastModified: optional.lastModified.unwrap(),
});

export type PackRow = z.infer<typeof packRowSchema>;

/** Whether {@link packRowSchema} would give the value back as it is, see {@link isPlainMetadata}. */
export function isPlainPackRow(value: unknown): value is PackRow {
  return isPlainMetadata(value) && packFields.every((field) => value[field] !== undefined);
}

const packFields = [
  "seq",
  "status",
  "sourceBytes",
  "compiledWith",
  "requiredKatas",
  "releaseDate",
  "lastModified",
] as const satisfies ReadonlyArray<keyof PackRow>;

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
