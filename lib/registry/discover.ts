import type { Database } from "bun:sqlite";
import * as z from "zod";
import { supportsRonin } from "../model/compatibility.ts";
import { byVersionDescending, type Complexity, type RealmKataMetadata } from "../model/kata.ts";
import type { Realm } from "../model/realm.ts";
import { isOffered } from "./bindings.ts";
import { type FoundKata, findKatas } from "./find-katas.ts";
import { toKata } from "./index-row.ts";
import { limitSchema, parseInput } from "./input.ts";
import { read } from "./read.ts";
import { foldText, toWords } from "./search-text.ts";
import { selectShown, type VersionFilter } from "./shown-versions.ts";
import type { Row } from "./sql.ts";

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
  const { limit, offset, ...filter } = parseInput(optionsSchema, options, ["options"]);
  const words = toWords(text);
  if (words.length === 0 || scope.realmIds.length === 0 || limit === 0) return [];

  const { index: db, realms, realmIds } = scope;
  return read(db, () => {
    const found = findKatas({
      db,
      words,
      filter,
      exactName: foldText(text).trim(),
      realmIds,
      isOffered: (realmId, name) => isOffered(realms, realmId, name),
    });
    const katas = [...found.drop(offset ?? 0).take(limit ?? Number.POSITIVE_INFINITY)];
    return readResults(db, katas, filter, scope.roninVersion);
  });
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

const KATAS_AT_ONCE = 200;

/** Only what is shown is read and parsed. A row that is no metadata any more is left out. */
function readResults(
  db: Database,
  katas: readonly FoundKata[],
  filter: VersionFilter,
  roninVersion: string,
): KataDiscoveryResult[] {
  const results: KataDiscoveryResult[] = [];
  for (let at = 0; at < katas.length; at += KATAS_AT_ONCE) {
    const some = katas.slice(at, at + KATAS_AT_ONCE).map(({ realmId, name }) => [realmId, name] as const);
    results.push(...toResults(selectShown(db, some, filter), roninVersion));
  }
  return results;
}

/** The rows come kata by kata. */
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
  }
  for (const result of results) {
    result.versions.sort(byVersionDescending);
    result.compatibleVersions = result.versions.filter((kata) => supportsRonin(kata, roninVersion));
  }
  return results;
}
