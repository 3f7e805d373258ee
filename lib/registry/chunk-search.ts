import type { Database } from "bun:sqlite";
import type { Chunk } from "./chunks-table.ts";
import { type ChunkWords, createChunkWords, type Rank } from "./chunk-words.ts";
import type { Texts } from "./gram-blocks.ts";
import { PLACES } from "./grams.ts";
import { addKata, emptySet } from "./kata-set.ts";
import { toShownTexts } from "./refresh-texts.ts";
import { isFiltering, selectPassing, type VersionFilter } from "./shown-versions.ts";
import type { Row } from "./sql.ts";
import { idOf, numberOf, selectTexts } from "./texts-table.ts";

export interface ChunkSearchDeps {
  db: Database;
  /** Folded; at least one. */
  words: readonly string[];
  filter: VersionFilter;
  isOffered: (realmId: string, name: string) => boolean;
}

/** A stage of a search: what is found in it comes before what is found in the next. */
export interface Stage extends Rank {
  isActive: boolean;
}

/** Goes through the katas of one chunk, stage by stage and each in the order of names. */
export interface ChunkSearch {
  chunk: Chunk;
  /** The names of the katas of this stage that no earlier call gave. */
  find(stage: Stage): Generator<string>;
  /** Finds a kata by itself and out of turn; undefined when it is not one to show. */
  take(id: number): Verdict | undefined;
}

/** What a kata is for this search. */
export interface Verdict extends Stage {
  name: string;
}

const FIRST_BATCH = 24;
const MAX_BATCH = 1024;

export function createChunkSearch(deps: ChunkSearchDeps, chunk: Chunk): ChunkSearch {
  const words: ChunkWords = createChunkWords(deps.db, chunk, deps.words);
  const done = emptySet(chunk.katas);
  const verdicts = new Map<number, Verdict>();

  /** Reads those of the katas that were not read yet. One that is not to be found at all is done. */
  const judge = (numbers: readonly number[]): void => {
    const unread = numbers.filter((number) => !verdicts.has(number));
    if (unread.length === 0) return;
    const ids = unread.map((number) => idOf(chunk.chunk, number));
    for (const [number, verdict] of readVerdicts(deps, chunk, ids)) verdicts.set(number, verdict);
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
          yield verdict.name;
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

function readVerdicts(deps: ChunkSearchDeps, chunk: Chunk, ids: readonly number[]): Map<number, Verdict> {
  const verdicts = new Map<number, Verdict>();
  for (const { id, texts, isActive } of readTexts(deps, chunk, ids)) {
    const rank = toRank(texts, deps.words);
    const [name] = texts;
    if (rank === undefined || !deps.isOffered(chunk.realmId, name)) continue;
    verdicts.set(numberOf(id), { ...rank, isActive, name });
  }
  return verdicts;
}

function readTexts({ db, filter }: ChunkSearchDeps, { isActive }: Chunk, ids: readonly number[]) {
  if (!isFiltering(filter)) {
    return selectTexts(db, ids).map((row) => ({ id: Number(row.id), texts: toTexts(row), isActive }));
  }
  const versions = Map.groupBy(selectPassing(db, ids, filter), (row) => Number(row.id));
  return [...versions].map(([id, rows]) => ({ id, ...toShownTexts(rows) }));
}

function toTexts(row: Row): Texts {
  return [String(row.kata_name), String(row.tag_text), String(row.description_text)];
}

/** How many of the words the texts hold and the best place of any; undefined for none. */
function toRank(texts: Texts, words: readonly string[]): Rank | undefined {
  let found = 0;
  let best: Rank["place"] = 2;
  for (const word of words) {
    const place = PLACES.find((at) => texts[at].includes(word));
    if (place === undefined) continue;
    found += 1;
    if (place < best) best = place;
  }
  return found === 0 ? undefined : { words: found, place: best };
}
