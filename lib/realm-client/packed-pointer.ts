import type * as z from "zod";
import { RealmError } from "../errors.ts";
import { type PackedRealm, type PackRef, packedRealmSchema } from "../model/wire.ts";

export interface PackLimits {
  maxPackRatio: number;
  maxBaseBytes: number;
  maxBaseRawBytes: number;
}

/**
 * Reads a pointer whose rows lie in packs, and holds what it declares to the format's limits, so that no pack is
 * asked for that would have to be refused.
 *
 * @throws RealmError `invalid_document` naming the field, `too_large`
 */
export function parsePackedPointer(document: unknown, limits: PackLimits, where: string): PackedRealm {
  const parsed = packedRealmSchema.safeParse(document);
  if (!parsed.success) throw toFieldError(parsed.error, where);
  const pointer = parsed.data;
  for (const [index, pack] of pointer.base.entries())
    verifyPackSize(pack, limits, `${where}: base[${index}]`);
  for (const [index, pack] of pointer.deltas.entries()) {
    verifyPackSize(pack, limits, `${where}: deltas[${index}]`);
    if (pack.from < pointer.seq) continue;
    throw invalid(where, `deltas[${index}].from: not below seq, so it leads nowhere`);
  }
  if (sum(pointer.base, ({ rows }) => rows) !== pointer.rows) {
    throw invalid(where, "rows: another number than the packs of the base have together");
  }
  const bytes = sum(pointer.base, (pack) => pack.bytes);
  const rawBytes = sum(pointer.base, (pack) => pack.rawBytes);
  if (bytes > limits.maxBaseBytes || rawBytes > limits.maxBaseRawBytes) {
    throw new RealmError(
      "too_large",
      `${where}: the packs of the base have ${bytes} bytes, ${rawBytes} unpacked; at most ${limits.maxBaseBytes} and ${limits.maxBaseRawBytes} are accepted.`,
    );
  }
  return pointer;
}

/** What the sizes of one pack may be is in the schema; this is how they may stand to each other. */
export function verifyPackSize(
  { bytes, rawBytes }: PackRef,
  { maxPackRatio }: Pick<PackLimits, "maxPackRatio">,
  where: string,
): void {
  if (rawBytes <= bytes * maxPackRatio) return;
  throw new RealmError(
    "too_large",
    `${where} would unpack from ${bytes} to ${rawBytes} bytes; at most ${maxPackRatio} times as many are accepted.`,
  );
}

/** A number above its limit is `too_large`; the path and the message repeat nothing that the realm sent. */
function toFieldError(error: z.ZodError, where: string): RealmError {
  const issue = error.issues[0];
  const path = (issue?.path ?? []).map((part) =>
    typeof part === "number" ? `[${part}]` : `.${String(part)}`,
  );
  const field = path.join("").replace(/^\./, "") || "the document";
  const isTooLarge = issue?.code === "too_big" && issue.origin === "number" && field !== "seq";
  return new RealmError(
    isTooLarge ? "too_large" : "invalid_document",
    `${where}: ${field}: ${issue?.message ?? "invalid"}.`,
    { cause: error },
  );
}

function invalid(where: string, problem: string): RealmError {
  return new RealmError("invalid_document", `${where}: ${problem}.`);
}

function sum<Item>(items: readonly Item[], amountOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + amountOf(item), 0);
}
