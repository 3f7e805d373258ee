import { kataMetadataSchema, type RealmKataMetadata, statusOf, versionNumber } from "../model/kata.ts";
import type { Realm } from "../model/realm.ts";
import type { IndexRow } from "./index-table.ts";
import { parseJson, withoutNulls } from "./row.ts";
import { foldText, toLines } from "./search-text.ts";
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
    category: storable(kata.category),
    complexity: kata.complexity,
    source_hash: kata.sourceHash,
    compiled_hash: kata.compiledHash,
    description: storable(kata.description),
    install_count: kata.installCount ?? null,
    last_modified: kata.lastModified ?? NO_TIME,
    status: statusOf(kata),
    reason: storable(kata.reason),
    replaced_by: kata.replacedBy ?? null,
    required_katas: kata.requiredKatas === undefined ? null : JSON.stringify(kata.requiredKatas),
    author: storable(kata.author),
    license: storable(kata.license),
    documentation: storable(kata.documentation),
    release_date: kata.releaseDate ?? NO_TIME,
    changes: storable(kata.changes),
    source_bytes: kata.sourceBytes ?? null,
    compiled_with: kata.compiledWith ?? null,
    seq: kata.seq ?? null,
    version_number: versionNumber(kata.version),
    search_skills: toLines(kata.requiredSkills),
    search_tags: toLines(kata.tags.map(foldText)),
    search_category: toLines(kata.category === undefined ? [] : [foldText(kata.category)]),
    search_description: toLines(kata.description === undefined ? [] : [foldText(kata.description)]),
  };
}

/**
 * The metadata in a row, undefined when it is not metadata any more. The result names the status that counts
 * and sets the guide's `deprecated` to match.
 */
export function toKata(row: Row): RealmKataMetadata | undefined {
  const parsed = kataMetadataSchema.safeParse(
    withoutNulls({
      name: row.kata_name,
      version: row.kata_version,
      requiredSkills: parseJson(row.required_skills),
      minRoninVersion: row.min_ronin_version,
      maxRoninVersion: row.max_ronin_version,
      tags: parseJson(row.tags),
      complexity: row.complexity,
      sourceHash: row.source_hash,
      compiledHash: row.compiled_hash,
      deprecated: row.status === "deprecated" ? true : null,
      installCount: row.install_count,
      status: row.status,
      reason: row.reason,
      replacedBy: row.replaced_by,
      description: row.description,
      category: row.category,
      requiredKatas: row.required_katas === null ? null : (parseJson(row.required_katas) ?? "not JSON"),
      author: row.author,
      license: row.license,
      documentation: row.documentation,
      releaseDate: toTime(row.release_date),
      lastModified: toTime(row.last_modified),
      changes: row.changes,
      sourceBytes: row.source_bytes,
      compiledWith: row.compiled_with,
      seq: row.seq,
    }),
  );
  return parsed.success ? parsed.data : undefined;
}

/** Whether a stored row says exactly what this one would. */
export function isSameRow(stored: Row, row: IndexRow): boolean {
  return Object.entries(row).every(([column, value]) => stored[column] === value);
}

function toTime(stored: unknown): unknown {
  return stored === NO_TIME ? null : stored;
}

/** SQLite replaces half a surrogate pair, and the row would look changed at every sync. */
function storable(text: string | undefined): string | null {
  return text === undefined ? null : text.toWellFormed();
}
