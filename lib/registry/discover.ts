import type { Database } from "bun:sqlite";
import * as z from "zod";
import { supportsRonin } from "../model/compatibility.ts";
import type { Complexity, RealmKataMetadata } from "../model/kata.ts";
import type { Realm } from "../model/realm.ts";
import { toBindings } from "./bindings.ts";
import { toKata } from "./index-row.ts";
import { limitSchema, parseInput } from "./input.ts";
import { type CandidateSource, searchSql } from "./search-sql.ts";
import { foldText, hasTrigrams, toLines, toTrigramMatch, toWords } from "./search-text.ts";
import { all, type Row, type SqlValue } from "./sql.ts";

/**
 * Narrows a search. The filters choose versions first; what is left of a kata is then searched and shown, and a
 * kata with nothing left is not found.
 */
export interface DiscoverOptions {
  complexity?: Complexity | undefined;
  /** Every one of these is among the version's required skills, written exactly so. */
  skills?: string[] | undefined;
  /** Every one of these is one of the version's tags, in any case. */
  tags?: string[] | undefined;
  /** The version's category, in any case. */
  category?: string | undefined;
  /** At most this many katas. Default: all. */
  limit?: number | undefined;
  /** Katas to leave out from the front. Default 0. */
  offset?: number | undefined;
}

/** One kata of one realm. The same name in another realm is another result. */
export interface KataDiscoveryResult {
  name: string;
  /** Newest first, without withdrawn ones. */
  versions: RealmKataMetadata[];
  fromRealm: string;
  /** Those of `versions` that this Ronin's version is in the range of. */
  compatibleVersions: RealmKataMetadata[];
}

/** Where a search looks. */
export interface SearchScope {
  index: Database;
  /** Every realm that is registered, in the order of realms: their bindings count even when they are not asked. */
  realms: readonly Realm[];
  /** Ids of those to search. */
  realmIds: readonly string[];
  roninVersion: string;
}

/**
 * Katas in which any word of the query occurs, in name, tag or description, as a substring and in any case.
 * `"*"` finds everything, a blank query nothing. Order: the kata whose name the query is; more words found; a
 * word in the name, then in a tag, then in the description; active before deprecated; name; order of realms.
 *
 * Only the versions of the katas on the page are read and parsed.
 *
 * @throws RegistryError `invalid_input`
 */
export function discover(scope: SearchScope, query: string, options: DiscoverOptions): KataDiscoveryResult[] {
  const text = parseInput(z.string(), query, ["query"]);
  const filters = parseInput(optionsSchema, options, ["options"]);
  const words = toWords(text);
  if (words.length === 0 || scope.realmIds.length === 0) return [];

  const params: SqlValue[] = [
    JSON.stringify(scope.realmIds),
    JSON.stringify({ words, match: toTrigramMatch(words) }),
    JSON.stringify(toBindings(scope.realms)),
    foldText(text).trim(),
    filters.limit ?? -1,
    filters.offset ?? 0,
  ];
  const isFiltered = hasFilter(filters);
  if (isFiltered) params.push(...toFilterParams(filters));
  const rows = all(scope.index, searchSql(sourceFor(words), isFiltered), params);
  return toResults(rows, scope.roninVersion);
}

/** Stored values are one line each, and a line break could match two of them at once. */
const lineSchema = z.string().regex(/^[^\n]*$/, "expected one line");

const optionsSchema = z.object({
  complexity: z.enum(["simple", "moderate", "complex"]).optional(),
  skills: z.array(lineSchema).optional(),
  tags: z.array(lineSchema).optional(),
  category: lineSchema.optional(),
  limit: limitSchema.optional(),
  offset: limitSchema.optional(),
});

function sourceFor(words: readonly string[]): CandidateSource {
  if (words[0] === "") return "everything";
  return words.every(hasTrigrams) ? "trigrams" : "scan";
}

type Filters = z.output<typeof optionsSchema>;

function hasFilter({ complexity, skills = [], tags = [], category }: Filters): boolean {
  return complexity !== undefined || category !== undefined || skills.length > 0 || tags.length > 0;
}

function toFilterParams({ complexity, skills = [], tags = [], category }: Filters): SqlValue[] {
  return [
    complexity ?? null,
    category === undefined ? null : toLines([foldText(category)]),
    JSON.stringify(skills.map((skill) => toLines([skill]))),
    JSON.stringify(tags.map((tag) => toLines([foldText(tag)]))),
  ];
}

/** The rows come kata by kata and newest first. One that is no metadata any more is left out. */
function toResults(rows: readonly Row[], roninVersion: string): KataDiscoveryResult[] {
  const results: KataDiscoveryResult[] = [];
  for (const row of rows) {
    const kata = toKata(row);
    if (kata === undefined) continue;
    const fromRealm = String(row.realm_id);
    let result = results.at(-1);
    if (result?.name !== kata.name || result.fromRealm !== fromRealm) {
      result = { name: kata.name, versions: [], fromRealm, compatibleVersions: [] };
      results.push(result);
    }
    result.versions.push(kata);
    if (supportsRonin(kata, roninVersion)) result.compatibleVersions.push(kata);
  }
  return results;
}
