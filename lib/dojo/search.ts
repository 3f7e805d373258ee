import type { KataDiscoveryResult, RealmsRegistry } from "../registry/registry.ts";
import { relatedStems, tellingOf } from "./english.ts";
import { rankMatches } from "./match.ts";
import { type SearchWord, toQueryTerm } from "./words.ts";

/**
 * Matches looked at per realm: a realm that lists every word in every kata cannot push another out of sight,
 * and ranking them takes the same time in an index of any size.
 */
const MAX_FOUND_PER_REALM = 200;

/** What the enabled realms have for these words, best first. Reads the local index only and never waits. */
export function searchRealms(
  registry: Pick<RealmsRegistry, "getEnabledRealms" | "discover">,
  words: readonly SearchWord[],
): KataDiscoveryResult[] {
  const realmIds = registry.getEnabledRealms().map((realm) => realm.id);
  const found = realmIds.flatMap((id) => findInRealm(registry, id, words));
  return rankMatches(words, found, realmIds);
}

/**
 * By the words that say what the task is; where those leave room, also by words of nearly the same meaning. In
 * a large index they leave none, and the longer question would cost the most there.
 */
function findInRealm(
  registry: Pick<RealmsRegistry, "discover">,
  realmId: string,
  words: readonly SearchWord[],
): KataDiscoveryResult[] {
  const telling = tellingOf(words);
  const stated = find(registry, realmId, telling);
  if (stated.length === MAX_FOUND_PER_REALM) return stated;
  const related = telling.flatMap(({ stem }) =>
    [...relatedStems(stem)].map((text) => ({ text, stem: text })),
  );
  const known = new Set(stated.map(({ name }) => name));
  return [...stated, ...find(registry, realmId, related).filter(({ name }) => !known.has(name))];
}

function find(
  registry: Pick<RealmsRegistry, "discover">,
  realmId: string,
  words: readonly SearchWord[],
): KataDiscoveryResult[] {
  return registry.discover(words.map(toQueryTerm).join(" "), [realmId], { limit: MAX_FOUND_PER_REALM });
}
