import { type RealmKataMetadata, statusOf } from "../model/kata.ts";
import type { KataDiscoveryResult } from "../registry/registry.ts";
import { type SearchWord, toStems } from "./words.ts";

/**
 * The katas that meet a need, best first: those with at least half of its words in name, tags or description,
 * or one word in the name. What a kata says is compared, never obeyed: no text of a realm can raise a rank
 * beyond the words it holds.
 *
 * Order: more words in the name, more words at all, one that this Ronin can run before one that it cannot,
 * active before deprecated, the order of `realmIds`, then name.
 *
 * @param found one result per realm and name; withdrawn versions do not count
 */
export function rankMatches(
  words: readonly SearchWord[],
  found: readonly KataDiscoveryResult[],
  realmIds: readonly string[],
): KataDiscoveryResult[] {
  return found
    .flatMap((result) => judge(words, result, realmIds) ?? [])
    .sort(byRank)
    .map((candidate) => candidate.result);
}

interface Candidate {
  result: KataDiscoveryResult;
  wordsInName: number;
  wordsAnywhere: number;
  isRunnable: boolean;
  isActive: boolean;
  realmRank: number;
}

function judge(
  words: readonly SearchWord[],
  result: KataDiscoveryResult,
  realmIds: readonly string[],
): Candidate | undefined {
  const runnable = result.compatibleVersions.find(isOffered);
  const shown = runnable ?? result.versions.find(isOffered);
  if (shown === undefined) return undefined;

  const nameStems = toStems(shown.name);
  const textStems = toStems([...shown.tags, shown.description ?? ""].join(" "));
  const inName = words.filter(({ stem }) => nameStems.has(stem));
  const anywhere = words.filter(({ stem }) => nameStems.has(stem) || textStems.has(stem));
  const isHalf = anywhere.length > 0 && anywhere.length * 2 >= words.length;
  if (inName.length === 0 && !isHalf) return undefined;

  return {
    result,
    wordsInName: inName.length,
    wordsAnywhere: anywhere.length,
    isRunnable: runnable !== undefined,
    isActive: statusOf(shown) === "active",
    realmRank: realmIds.indexOf(result.fromRealm),
  };
}

function isOffered(kata: RealmKataMetadata): boolean {
  return statusOf(kata) !== "withdrawn";
}

function byRank(a: Candidate, b: Candidate): number {
  return (
    b.wordsInName - a.wordsInName ||
    b.wordsAnywhere - a.wordsAnywhere ||
    Number(b.isRunnable) - Number(a.isRunnable) ||
    Number(b.isActive) - Number(a.isActive) ||
    a.realmRank - b.realmRank ||
    (a.result.name < b.result.name ? -1 : 1)
  );
}
