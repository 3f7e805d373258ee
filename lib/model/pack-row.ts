import { versionNumber } from "./kata.ts";
import type { PackRow } from "./wire.ts";

/** `status` says what `deprecated` would, and install counts change without a publish: a line holds neither. */
type PackedField = Exclude<keyof PackRow, "deprecated" | "installCount">;

/** The fields of a line in the order they are written. A digest is over the line, so the order never changes. */
export const packRowFields = [
  "seq",
  "name",
  "version",
  "status",
  "reason",
  "replacedBy",
  "description",
  "tags",
  "category",
  "complexity",
  "requiredSkills",
  "requiredKatas",
  "minRoninVersion",
  "maxRoninVersion",
  "author",
  "license",
  "documentation",
  "releaseDate",
  "lastModified",
  "changes",
  "sourceHash",
  "sourceBytes",
  "compiledHash",
  "compiledWith",
] as const satisfies readonly PackedField[];

/**
 * A row as a pack holds it: one line of JSON without its newline, the same text for the same row whatever order
 * its keys came in. A field that is undefined is left out. Packs hold rows only, so nothing in a row is nested
 * deeper than a list of strings.
 */
export function toPackLine(row: PackRow): string {
  // Keys are written in the order they were set in, and JSON escapes every line break in a text. A list of keys
  // as the second argument of JSON.stringify would do the same at ten times the cost.
  const ordered: Record<string, unknown> = {};
  for (const field of packRowFields) ordered[field] = row[field];
  return JSON.stringify(ordered);
}

/** Publishing order: by name, then oldest version first, compared by code unit and by number. */
export function byPackOrder(
  a: Pick<PackRow, "name" | "version">,
  b: Pick<PackRow, "name" | "version">,
): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return versionNumber(a.version) - versionNumber(b.version);
}
