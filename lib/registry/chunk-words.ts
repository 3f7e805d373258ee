import type { Database } from "bun:sqlite";
import { MAX_UNINDEXED } from "./chunk-writer.ts";
import { type Chunk, selectBlocks } from "./chunks-table.ts";
import { intersectBlocks } from "./gram-blocks.ts";
import { gramsOf, PLACES, type Place, TAGS } from "./grams.ts";
import { emptySet, findKata, intersect, type KataSet, unite, uniteBoth } from "./kata-set.ts";

/** What a stage of a search looks for: katas with this many of the words, the best of them in this place. */
export interface Rank {
  words: number;
  place: Place;
}

/** The katas of one chunk that may hold words of a query. */
export interface ChunkWords {
  /**
   * The first kata from number `from` on that may have a rank or a better one, and is not in `without`. None that
   * has it is left out; what is found has to be read.
   */
  find(rank: Rank, without: KataSet, from: number): number | undefined;
}

/**
 * Reads the blocks of a place when the first rank asks for it, and never more of them than the words need.
 *
 * @param tags only katas that may have each of these as a tag are found
 */
export function createChunkWords(
  db: Database,
  chunk: Chunk,
  words: readonly string[],
  tags: readonly string[],
): ChunkWords {
  const found = PLACES.map((place) => once(() => findWords(db, chunk, words, place)));
  const foundIn = (place: Place): readonly KataSet[] => found[place]?.() ?? [];

  // An empty tag has no gram, and in the tags no word is in everything.
  const tagged = once(() =>
    findWords(
      db,
      chunk,
      tags.filter((tag) => tag !== ""),
      TAGS,
    ),
  );

  const uptoPlace: ReadonlyArray<() => KataSet> = PLACES.map((place) =>
    once(() => {
      const set = uptoPlace[place - 1]?.().slice() ?? emptySet(chunk.katas);
      for (const word of foundIn(place)) unite(set, word);
      for (const tag of tagged()) intersect(set, tag);
      return set;
    }),
  );

  /** At [n], the katas with at least n of the words. */
  const atLeast = once(() => {
    const sets = Array.from({ length: words.length + 1 }, () => emptySet(chunk.katas));
    sets[0]?.fill(-1);
    for (const word of words.keys()) {
      const anywhere = emptySet(chunk.katas);
      for (const place of PLACES) unite(anywhere, foundIn(place)[word] ?? anywhere);
      // Downwards: a word counts once.
      for (let known = word; known >= 0; known -= 1) {
        const [fewer, more] = [sets[known], sets[known + 1]];
        if (fewer !== undefined && more !== undefined) uniteBoth(more, fewer, anywhere);
      }
    }
    return sets;
  });

  return {
    find(rank, without, from) {
      const set = uptoPlace[rank.place]?.();
      if (set === undefined) return undefined;
      // In some place means at least one word.
      const within = rank.words > 1 ? atLeast()[rank.words] : undefined;
      return findKata(set, within, without, from);
    },
  };
}

/** For each word the katas that may hold it in this place. */
function findWords(db: Database, chunk: Chunk, words: readonly string[], place: Place): KataSet[] {
  if (chunk.katas <= MAX_UNINDEXED) return words.map(() => emptySet(chunk.katas).fill(-1));
  const grams = words.map((word) => gramsOf(place, word));
  const blocks = selectBlocks(db, chunk.chunk, [...new Set(grams.flat())]);
  return grams.map((own) => {
    // The word of "everything", which is in every name.
    if (own.length === 0) return emptySet(chunk.katas).fill(place === 0 ? -1 : 0);
    const ownBlocks = own.flatMap((gram) => blocks.get(gram) ?? []);
    return ownBlocks.length < own.length ? emptySet(chunk.katas) : intersectBlocks(ownBlocks, chunk.katas);
  });
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
