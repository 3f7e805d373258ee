import { createRandom, pick, type Random, SEED } from "./random.ts";
import { domains, objects, RARE_WORDS, rareWord, verbs } from "./words.ts";

/** What people type, and what each kind asks of a search. */
export const queryKinds = [
  "one word",
  "two words",
  "rare word",
  "prefix of 3",
  "inside a word",
  "miss",
  "*",
] as const;
export type QueryKind = (typeof queryKinds)[number];

/** The kinds that every search library can answer. */
export const commonKinds: readonly QueryKind[] = ["one word", "two words", "rare word", "prefix of 3"];

export interface Query {
  kind: QueryKind;
  text: string;
}

/** `count` queries of each kind, the same ones every time. */
export function toQueries(kind: QueryKind, count: number): Query[] {
  const random = createRandom(SEED + queryKinds.indexOf(kind));
  return Array.from({ length: count }, () => ({ kind, text: makers[kind](random) }));
}

const words = [...domains, ...verbs, ...objects];

const makers: Record<QueryKind, (random: Random) => string> = {
  "one word": (random) => pick(random, words),
  "two words": (random) => `${pick(random, verbs)} ${pick(random, objects)}`,
  "rare word": (random) => rareWord(Math.floor(random() * RARE_WORDS)),
  "prefix of 3": (random) => pick(random, words).slice(0, 3),
  "inside a word": (random) => {
    const word = pick(random, longWords);
    const start = 1 + Math.floor(random() * (word.length - 5));
    return word.slice(start, start + 4);
  },
  // No word of the katas has a q followed by a z.
  miss: (random) => `${pick(random, words).slice(0, 3)}qz${pick(random, words).slice(0, 3)}`,
  "*": () => "*",
};

const longWords = words.filter((word) => word.length >= 6);
