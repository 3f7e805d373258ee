import type { KataDiscoveryResult, RealmsRegistry } from "../registry/registry.ts";
import { rankMatches } from "./match.ts";
import { type SearchWord, toQueryTerm } from "./words.ts";

/**
 * Matches looked at per realm: a realm that lists every word in every kata cannot push another out of sight.
 */
const MAX_FOUND_PER_REALM = 200;

/** What the enabled realms have for these words, best first. Reads the local index only and never waits. */
export function searchRealms(
  registry: Pick<RealmsRegistry, "getEnabledRealms" | "discover">,
  words: readonly SearchWord[],
): KataDiscoveryResult[] {
  const query = words.map(toQueryTerm).join(" ");
  const realmIds = registry.getEnabledRealms().map((realm) => realm.id);
  const found = realmIds.flatMap((id) => registry.discover(query, [id], { limit: MAX_FOUND_PER_REALM }));
  return rankMatches(words, found, realmIds);
}
