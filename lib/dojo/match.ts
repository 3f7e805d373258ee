import { type RealmKataMetadata, statusOf } from "../model/kata.ts";
import type { KataDiscoveryResult } from "../registry/registry.ts";
import { relatedStems, tellingOf } from "./english.ts";
import { type SearchWord, toStems } from "./words.ts";

/** What a word counts where it stands. A name is chosen with more care than a description is written. */
const places = { description: 0.8, tags: 0.9, name: 1 } as const;
/** What a word of nearly the same meaning counts of that. */
const RELATED = 0.6;
/** What a word counts that is heard in needs of every kind. */
const CHATTER = 0.2;
/** Few katas say little about how rare a word is: as if there were this many more, without any of the words. */
const SMOOTHING = 30;
/** How much of a need a kata must hold: by one word alone, and by several that point the same way. */
const MIN_SHARE_OF_ONE = 0.4;
const MIN_SHARE_OF_MORE = 0.2;

/**
 * The katas that meet a need, best first. A word of the need weighs the more the fewer of the katas found hold
 * it; a kata's score is the share of all that weight which its name, tags and description hold, by the word's
 * stem or by a word of nearly the same meaning. Words heard in every need count little, and never make a kata
 * fit. What a kata says is compared, never obeyed: no text of a realm can raise a rank beyond the words it holds.
 *
 * Among equals: one that this Ronin can run before one that it cannot, active before deprecated, the order of
 * `realmIds`, then name.
 *
 * @param found one result per realm and name; withdrawn versions do not count
 */
export function rankMatches(
  words: readonly SearchWord[],
  found: readonly KataDiscoveryResult[],
  realmIds: readonly string[],
): KataDiscoveryResult[] {
  const candidates = found.flatMap((result) => toCandidate(words, result, realmIds) ?? []);
  const weighed = weigh(words, candidates);
  return candidates
    .filter(({ strengths }) => isFit(strengths, weighed))
    .map((candidate) => ({ ...candidate, score: shareOf(candidate.strengths, weighed) }))
    .sort(byRank)
    .map(({ result }) => result);
}

interface Candidate {
  result: KataDiscoveryResult;
  /** For each word of the need, how strongly the kata holds it: 0 to 1. */
  strengths: number[];
  isRunnable: boolean;
  isActive: boolean;
  realmRank: number;
}

function toCandidate(
  words: readonly SearchWord[],
  result: KataDiscoveryResult,
  realmIds: readonly string[],
): Candidate | undefined {
  const runnable = result.compatibleVersions.find(isOffered);
  const shown = runnable ?? result.versions.find(isOffered);
  if (shown === undefined) return undefined;
  const stems = stemsOf(shown);
  return {
    result,
    strengths: words.map(({ stem }) => strengthOf(stem, stems)),
    isRunnable: runnable !== undefined,
    isActive: statusOf(shown) === "active",
    realmRank: realmIds.indexOf(result.fromRealm),
  };
}

/** Each stem of the kata with what a word counts there: its best place, since that one is written last. */
function stemsOf({ name, tags, description = "" }: RealmKataMetadata): ReadonlyMap<string, number> {
  const texts = { description, tags: tags.join(" "), name };
  const strengths = new Map<string, number>();
  for (const place of ["description", "tags", "name"] as const) {
    for (const stem of toStems(texts[place])) strengths.set(stem, places[place]);
  }
  return strengths;
}

function strengthOf(stem: string, stems: ReadonlyMap<string, number>): number {
  const related = [...relatedStems(stem)].map((other) => stems.get(other) ?? 0);
  return stems.get(stem) ?? RELATED * Math.max(0, ...related);
}

interface WeighedWord {
  weight: number;
  isTelling: boolean;
}

function weigh(words: readonly SearchWord[], candidates: readonly Candidate[]): WeighedWord[] {
  const telling = tellingOf(words);
  return words.map((word, index) => {
    const holders = candidates.filter(({ strengths }) => (strengths[index] ?? 0) > 0).length;
    const rarity = Math.log(1 + (candidates.length + SMOOTHING) / (holders + 1));
    const isTelling = telling.includes(word);
    return { weight: isTelling ? rarity : CHATTER * rarity, isTelling };
  });
}

function isFit(strengths: readonly number[], words: readonly WeighedWord[]): boolean {
  const telling = words.map((word) => ({ ...word, weight: word.isTelling ? word.weight : 0 }));
  const held = telling.filter(({ weight }, index) => weight > 0 && (strengths[index] ?? 0) > 0);
  const needed = held.length > 1 ? MIN_SHARE_OF_MORE : MIN_SHARE_OF_ONE;
  return held.length > 0 && shareOf(strengths, telling) >= needed;
}

function shareOf(strengths: readonly number[], words: readonly WeighedWord[]): number {
  const total = words.reduce((sum, { weight }) => sum + weight, 0);
  return words.reduce((sum, { weight }, index) => sum + weight * (strengths[index] ?? 0), 0) / total;
}

function isOffered(kata: RealmKataMetadata): boolean {
  return statusOf(kata) !== "withdrawn";
}

function byRank(a: Candidate & { score: number }, b: Candidate & { score: number }): number {
  return (
    b.score - a.score ||
    Number(b.isRunnable) - Number(a.isRunnable) ||
    Number(b.isActive) - Number(a.isActive) ||
    a.realmRank - b.realmRank ||
    (a.result.name < b.result.name ? -1 : 1)
  );
}
