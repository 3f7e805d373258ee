import { kataMetadataSchema, type RealmKataMetadata, statusOf, versionNumber } from "../model/kata.ts";
import { isPlainMetadata } from "../model/plain-metadata.ts";
import type { Realm } from "../model/realm.ts";
import type { IndexRow } from "./index-table.ts";
import { parseJson } from "./row.ts";
import type { Row } from "./sql.ts";

/** A host's own table may forbid NULL in its time columns, and no kata can have this time. */
const NO_TIME = -1;

export function toIndexRow(realm: Pick<Realm, "id" | "type">, kata: RealmKataMetadata): IndexRow {
  return {
    realm_id: realm.id,
    kata_name: kata.name,
    kata_version: kata.version,
    source: realm.type,
    required_skills: JSON.stringify(kata.requiredSkills),
    min_ronin_version: kata.minRoninVersion ?? null,
    max_ronin_version: kata.maxRoninVersion ?? null,
    tags: JSON.stringify(kata.tags),
    category: kata.category ?? null,
    complexity: kata.complexity,
    source_hash: kata.sourceHash,
    compiled_hash: kata.compiledHash,
    description: kata.description ?? null,
    install_count: kata.installCount ?? null,
    last_modified: kata.lastModified ?? NO_TIME,
    status: statusOf(kata),
    reason: kata.reason ?? null,
    replaced_by: kata.replacedBy ?? null,
    required_katas: kata.requiredKatas === undefined ? null : JSON.stringify(kata.requiredKatas),
    author: kata.author ?? null,
    license: kata.license ?? null,
    documentation: kata.documentation ?? null,
    release_date: kata.releaseDate ?? NO_TIME,
    changes: kata.changes ?? null,
    source_bytes: kata.sourceBytes ?? null,
    compiled_with: kata.compiledWith ?? null,
    seq: kata.seq ?? null,
    version_number: versionNumber(kata.version),
  };
}

/**
 * The metadata in a row, undefined when it is not metadata any more. The result names the status that counts
 * and sets the guide's `deprecated` to match.
 */
export function toKata(row: Row): RealmKataMetadata | undefined {
  const kata: Record<string, unknown> = {
    name: row.kata_name,
    version: row.kata_version,
    requiredSkills: parseJson(row.required_skills),
    tags: parseJson(row.tags),
    complexity: row.complexity,
    sourceHash: row.source_hash,
    compiledHash: row.compiled_hash,
    status: row.status,
  };
  for (const [field, column] of optionalColumns) {
    if (row[column] !== null) kata[field] = row[column];
  }
  if (row.status === "deprecated") kata.deprecated = true;
  if (row.required_katas !== null) kata.requiredKatas = parseJson(row.required_katas) ?? "not JSON";
  for (const field of ["releaseDate", "lastModified"]) if (kata[field] === NO_TIME) delete kata[field];
  if (isPlainMetadata(kata)) return kata;
  const parsed = kataMetadataSchema.safeParse(kata);
  return parsed.success ? parsed.data : undefined;
}

const optionalColumns = Object.entries({
  minRoninVersion: "min_ronin_version",
  maxRoninVersion: "max_ronin_version",
  installCount: "install_count",
  reason: "reason",
  replacedBy: "replaced_by",
  description: "description",
  category: "category",
  author: "author",
  license: "license",
  documentation: "documentation",
  releaseDate: "release_date",
  lastModified: "last_modified",
  changes: "changes",
  sourceBytes: "source_bytes",
  compiledWith: "compiled_with",
  seq: "seq",
} satisfies Partial<Record<keyof RealmKataMetadata, keyof IndexRow>>);

/** Whether a stored row says exactly what this one would. */
export function isSameRow(stored: Row, row: IndexRow): boolean {
  return Object.entries(row).every(([column, value]) => stored[column] === value);
}
