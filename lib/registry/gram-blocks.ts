import { GRAMS, PLACES, visitGrams } from "./grams.ts";
import { addKata, emptySet, intersect, type KataSet } from "./kata-set.ts";

/** What a search looks through of a kata: its texts by place. */
export type Texts = readonly [name: string, tags: string, description: string];

/** Katas of a chunk at most: as many as two bytes can number. */
export const CHUNK_KATAS = 2 ** 16;

/** Which katas of a chunk hold one gram: two bytes a kata, ascending, or a {@link KataSet} where that is no longer. */
export interface GramBlock {
  gram: number;
  block: Uint8Array;
}

/**
 * The blocks of a chunk, ordered by gram. A counting sort: the katas of all grams lie in one piece of memory, two
 * bytes each.
 *
 * @param katas the texts of at most {@link CHUNK_KATAS}; a kata's number is its place in the list
 */
export function* toGramBlocks(katas: readonly Texts[]): Generator<GramBlock> {
  const next = new Uint32Array(GRAMS);
  const used: number[] = [];
  visitKatas(katas, (gram) => {
    const katasOfGram = next[gram] ?? 0;
    if (katasOfGram === 0) used.push(gram);
    next[gram] = katasOfGram + 1;
  });
  // Only these: one kata has a few hundred grams, and to go through all numbers would take most of its time.
  const grams = Uint32Array.from(used).sort();
  let total = 0;
  for (const gram of grams) {
    const katasOfGram = next[gram] ?? 0;
    next[gram] = total;
    total += katasOfGram;
  }

  const numbers = new Uint16Array(total);
  visitKatas(katas, (gram, kata) => {
    const place = next[gram] ?? 0;
    numbers[place] = kata;
    next[gram] = place + 1;
  });

  // By now each gram's place has moved on to where the next one began.
  let start = 0;
  for (const gram of grams) {
    const end = next[gram] ?? 0;
    yield { gram, block: toBlock(numbers.subarray(start, end), katas.length) };
    start = end;
  }
}

/** Each gram of a kata once. */
function visitKatas(katas: readonly Texts[], visit: (gram: number, kata: number) => void): void {
  /** Of each gram the last kata that it was seen in, counted from 1. */
  const seenIn = new Uint32Array(GRAMS);
  for (const [kata, texts] of katas.entries()) {
    const visitOnce = (gram: number): void => {
      if (seenIn[gram] === kata + 1) return;
      seenIn[gram] = kata + 1;
      visit(gram, kata);
    };
    for (const place of PLACES) visitGrams(place, texts[place], visitOnce);
  }
}

function toBlock(numbers: Uint16Array, katas: number): Uint8Array {
  const set = emptySet(katas);
  if (numbers.byteLength < set.byteLength) return toBytes(numbers);
  addNumbers(set, numbers);
  return toBytes(set);
}

function toBytes({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * The katas that are in every one of the blocks, at least one.
 *
 * @param katas how many the blocks' chunk holds
 */
export function intersectBlocks(blocks: readonly Uint8Array[], katas: number): KataSet {
  const [first, ...others] = blocks.map((block) => toSet(block, katas));
  const result = first?.slice() ?? emptySet(katas);
  for (const other of others) intersect(result, other);
  return result;
}

function toSet(block: Uint8Array, katas: number): KataSet {
  const set = emptySet(katas);
  // A view of numbers has to begin at a multiple of their size.
  const { buffer, byteOffset } = block.byteOffset % 4 === 0 ? block : block.slice();
  if (block.byteLength === set.byteLength) return new Uint32Array(buffer, byteOffset, set.length);
  addNumbers(set, new Uint16Array(buffer, byteOffset, block.byteLength >>> 1));
  return set;
}

function addNumbers(set: KataSet, numbers: Uint16Array): void {
  for (let at = 0; at < numbers.length; at += 1) addKata(set, numbers[at] ?? 0);
}
