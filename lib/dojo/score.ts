import { relatedStems, tellingOf } from "./english.ts";
import { type SearchWord, toStems } from "./words.ts";

/** What is said of a kata or a tool. */
export interface Described {
  name: string;
  tags: readonly string[];
  description?: string | undefined;
}

/** What a word counts where it stands. A name is chosen with more care than a description is written. */
const places = { description: 0.8, tags: 0.9, name: 1 } as const;
/** What a word of nearly the same meaning counts of that. */
const RELATED = 0.6;
/** What a word counts that is heard in needs of every kind. */
const CHATTER = 0.2;
/** Few candidates say little about how rare a word is: as if there were this many more, without any of the words. */
const SMOOTHING = 30;
/** How much of a need a candidate must hold: by one word alone, and by several that point the same way. */
const MIN_SHARE_OF_ONE = 0.4;
const MIN_SHARE_OF_MORE = 0.2;

export interface Score {
  /** The share of the need's weight that the candidate holds, 0 to 1. */
  share: number;
  /** Whether it holds enough of what the task is. */
  isFit: boolean;
}

/**
 * How well each candidate meets a need, in their order. A word of the need weighs the more the fewer of the
 * candidates hold it, by its stem or by a word of nearly the same meaning. Words heard in every need count
 * little, and never make a candidate fit.
 */
export function scoreAll(words: readonly SearchWord[], candidates: readonly Described[]): Score[] {
  const strengths = candidates.map((candidate) => {
    const stems = stemsOf(candidate);
    return words.map(({ stem }) => strengthOf(stem, stems));
  });
  const weighed = weigh(words, strengths);
  return strengths.map((own) => ({ share: shareOf(own, weighed), isFit: isFit(own, weighed) }));
}

/** Each stem of the candidate with what a word counts there: its best place, since that one is written last. */
function stemsOf({ name, tags, description = "" }: Described): ReadonlyMap<string, number> {
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

function weigh(words: readonly SearchWord[], strengths: readonly number[][]): WeighedWord[] {
  const telling = tellingOf(words);
  return words.map((word, index) => {
    const holders = strengths.filter((own) => (own[index] ?? 0) > 0).length;
    const rarity = Math.log(1 + (strengths.length + SMOOTHING) / (holders + 1));
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
  if (total === 0) return 0;
  return words.reduce((sum, { weight }, index) => sum + weight * (strengths[index] ?? 0), 0) / total;
}
