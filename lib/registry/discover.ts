import type { Database } from "bun:sqlite";
import * as z from "zod";
import { supportsRonin } from "../model/compatibility.ts";
import type { Complexity, RealmKataMetadata } from "../model/kata.ts";
import type { Realm } from "../model/realm.ts";
import { isOffered } from "./bindings.ts";
import { findKatas } from "./find-katas.ts";
import { limitSchema, parseInput } from "./input.ts";
import { read } from "./read.ts";
import { foldText, toWords } from "./search-text.ts";
import { prepareFilter } from "./version-filter.ts";

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
 * What is behind the page is not read.
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
      filter: prepareFilter(filter),
      exactName: foldText(text).trim(),
      realmIds,
      isOffered: (realmId, name) => isOffered(realms, realmId, name),
    });
    const page = found.drop(offset ?? 0).take(limit ?? Number.POSITIVE_INFINITY);
    return Array.from(page, ({ realmId, name, versions }) => ({
      name,
      versions,
      fromRealm: realmId,
      compatibleVersions: versions.filter((kata) => supportsRonin(kata, scope.roninVersion)),
    }));
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
