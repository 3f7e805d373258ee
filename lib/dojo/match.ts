import { type RealmKataMetadata, statusOf } from "../model/kata.ts";
import type { KataDiscoveryResult } from "../registry/registry.ts";
import { scoreAll } from "./score.ts";
import type { SearchWord } from "./words.ts";

/**
 * The katas that meet a need, best first, by `scoreAll`. What a kata says is compared, never obeyed: no text of a
 * realm can raise a rank beyond the words it holds.
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
  const candidates = found.flatMap((result) => toCandidate(result, realmIds) ?? []);
  const scores = scoreAll(
    words,
    candidates.map(({ shown }) => shown),
  );
  return candidates
    .flatMap((candidate, index) => {
      const score = scores[index];
      return score?.isFit ? [{ ...candidate, share: score.share }] : [];
    })
    .sort(byRank)
    .map(({ result }) => result);
}

interface Candidate {
  result: KataDiscoveryResult;
  /** The version that stands for the kata: the newest that this Ronin can run, else the newest. */
  shown: RealmKataMetadata;
  isRunnable: boolean;
  realmRank: number;
}

function toCandidate(result: KataDiscoveryResult, realmIds: readonly string[]): Candidate | undefined {
  const runnable = result.compatibleVersions.find(isOffered);
  const shown = runnable ?? result.versions.find(isOffered);
  if (shown === undefined) return undefined;
  const realmRank = realmIds.indexOf(result.fromRealm);
  return { result, shown, isRunnable: runnable !== undefined, realmRank };
}

function isOffered(kata: RealmKataMetadata): boolean {
  return statusOf(kata) !== "withdrawn";
}

function byRank(a: Candidate & { share: number }, b: Candidate & { share: number }): number {
  return (
    b.share - a.share ||
    Number(b.isRunnable) - Number(a.isRunnable) ||
    Number(statusOf(b.shown) === "active") - Number(statusOf(a.shown) === "active") ||
    a.realmRank - b.realmRank ||
    (a.result.name < b.result.name ? -1 : 1)
  );
}
