import type { Database } from "bun:sqlite";
import { type ChunkWords, createChunkWords, type Rank } from "./chunk-words.ts";
import type { Chunk } from "./chunks-table.ts";
import { PLACES } from "./grams.ts";
import { addKata, emptySet } from "./kata-set.ts";
import { idOf, numberOf, selectKatas } from "./katas-table.ts";
import { isActive, type ShownKata, textIn } from "./shown-kata.ts";
import type { PreparedFilter } from "./version-filter.ts";

export interface ChunkSearchDeps {
  db: Database;
  /** Folded; at least one. */
  words: readonly string[];
  filter: PreparedFilter | undefined;
  isOffered: (realmId: string, name: string) => boolean;
}

/** A stage of a search: what is found in it comes before what is found in the next. */
export interface Stage extends Rank {
  isActive: boolean;
}

/** Goes through the katas of one chunk, stage by stage and each in the order of names. */
export interface ChunkSearch {
  chunk: Chunk;
  /** The katas of this stage that no earlier call gave. */
  find(stage: Stage): Generator<ShownKata>;
  /** Finds a kata by itself and out of turn; undefined when it is not one to show. */
  take(id: number): Verdict | undefined;
}

/** What a kata is for this search, with those of its versions that pass the filter. */
export interface Verdict extends Stage {
  kata: ShownKata;
}

const FIRST_BATCH = 20;
const MAX_BATCH = 1024;

export function createChunkSearch(deps: ChunkSearchDeps, chunk: Chunk): ChunkSearch {
  const words: ChunkWords = createChunkWords(deps.db, chunk, deps.words, deps.filter?.tags ?? []);
  const done = emptySet(chunk.katas);
  const verdicts = new Map<number, Verdict>();

  /** Reads those of the katas that were not read yet. One that is not to be found at all is done. */
  const judge = (numbers: readonly number[]): void => {
    const unread = numbers.filter((number) => !verdicts.has(number));
    if (unread.length === 0) return;
    const ids = unread.map((number) => idOf(chunk.chunk, number));
    for (const [id, kata] of selectKatas(deps.db, chunk.realmId, ids, deps.filter?.holding ?? [])) {
      const verdict = toVerdict(deps, chunk, kata);
      if (verdict !== undefined) verdicts.set(numberOf(id), verdict);
    }
    for (const number of unread) if (!verdicts.has(number)) addKata(done, number);
  };

  const take = (number: number): Verdict | undefined => {
    const verdict = verdicts.get(number);
    addKata(done, number);
    verdicts.delete(number);
    return verdict;
  };

  const findBatch = (stage: Stage, from: number, size: number): number[] => {
    const numbers: number[] = [];
    for (let next = from; numbers.length < size; ) {
      const number = words.find(stage, done, next);
      if (number === undefined) break;
      numbers.push(number);
      next = number + 1;
    }
    return numbers;
  };

  return {
    chunk,
    *find(stage) {
      let from = 0;
      for (let size = FIRST_BATCH; ; size = Math.min(size * 2, MAX_BATCH)) {
        const numbers = findBatch(stage, from, size);
        judge(numbers);
        for (const number of numbers) {
          const verdict = verdicts.get(number);
          if (verdict === undefined || !isOf(verdict, stage)) continue;
          take(number);
          yield verdict.kata;
        }
        const last = numbers.at(-1);
        if (last === undefined) return;
        from = last + 1;
      }
    },
    take(id) {
      judge([numberOf(id)]);
      return take(numberOf(id));
    },
  };
}

function isOf(verdict: Verdict, stage: Stage): boolean {
  return (
    verdict.words === stage.words && verdict.place === stage.place && verdict.isActive === stage.isActive
  );
}

/** Undefined for a kata of which nothing is to be found. */
function toVerdict(deps: ChunkSearchDeps, { realmId }: Chunk, whole: ShownKata): Verdict | undefined {
  if (!deps.isOffered(realmId, whole.name)) return undefined;
  const kata =
    deps.filter === undefined ? whole : { ...whole, versions: whole.versions.filter(deps.filter.passes) };
  if (kata.versions.length === 0) return undefined;
  const rank = toRank(kata, deps.words);
  return rank && { ...rank, isActive: isActive(kata), kata };
}

/** How many of the words the texts hold and the best place of any; undefined for none. */
function toRank(kata: ShownKata, words: readonly string[]): Rank | undefined {
  let best: Rank["place"] | undefined;
  let missing = words;
  for (const place of PLACES) {
    if (missing.length === 0) break;
    const text = textIn(place, kata);
    const others = missing.filter((word) => !text.includes(word));
    if (others.length < missing.length) best ??= place;
    missing = others;
  }
  return best === undefined ? undefined : { words: words.length - missing.length, place: best };
}
