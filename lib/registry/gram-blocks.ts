import { PLACE_GRAMS, PLACES, type Place, visitGrams } from "./grams.ts";
import { addKata, emptySet, intersect, type KataSet } from "./kata-set.ts";

/** What a search looks through of a kata: its texts by place. */
export type Texts = readonly [name: string, tags: string, description: string];

/** Katas of a chunk at most: two bytes number them, and making the blocks of so many is what a sync's memory goes to. */
export const CHUNK_KATAS = 2 ** 14;

/** Which katas of a chunk hold one gram: two bytes a kata, ascending, or a {@link KataSet} where that is no longer. */
export interface GramBlock {
  gram: number;
  block: Uint8Array;
}

/**
 * The blocks of a chunk, ordered by gram and each only valid until the next is asked for.
 *
 * @param katas the texts of at most {@link CHUNK_KATAS}; a kata's number is its place in the list
 */
export function* toGramBlocks(katas: readonly Texts[]): Generator<GramBlock> {
  for (const place of PLACES) {
    // A heap is let grow to a multiple of what lives in it, and only a sync's own process indexes so many.
    if (katas.length > KATAS_WORTH_COLLECTING) Bun.gc(true);
    yield* toBlocksOf(place, katas);
  }
}

const KATAS_WORTH_COLLECTING = 5000;

/** A counting sort: the katas of all grams lie in one piece of memory, two bytes each. */
function* toBlocksOf(place: Place, katas: readonly Texts[]): Generator<GramBlock> {
  const firstGram = place * PLACE_GRAMS;
  const next = new Uint32Array(PLACE_GRAMS);
  const used: number[] = [];
  visitOnce(place, katas, (gram) => {
    const known = next[gram - firstGram] ?? 0;
    if (known === 0) used.push(gram);
    next[gram - firstGram] = known + 1;
  });
  // Only these: one kata has a few hundred grams, and to go through all numbers would take most of its time.
  const grams = Uint32Array.from(used).sort();
  let total = 0;
  for (const gram of grams) {
    const known = next[gram - firstGram] ?? 0;
    next[gram - firstGram] = total;
    total += known;
  }

  const numbers = new Uint16Array(total);
  visitOnce(place, katas, (gram, kata) => {
    const at = next[gram - firstGram] ?? 0;
    numbers[at] = kata;
    next[gram - firstGram] = at + 1;
  });

  // By now each gram's place has moved on to where the next one began.
  let start = 0;
  const set = emptySet(katas.length);
  for (const gram of grams) {
    const end = next[gram - firstGram] ?? 0;
    yield { gram, block: toBlock(numbers.subarray(start, end), set) };
    start = end;
  }
}

/** Each gram of a kata once. */
function visitOnce(place: Place, katas: readonly Texts[], visit: (gram: number, kata: number) => void): void {
  /** Of each gram the last kata that it was seen in, counted from 1. */
  const seenIn = new Uint32Array(PLACE_GRAMS);
  let kata = 0;
  const visitGram = (gram: number): void => {
    if (seenIn[gram % PLACE_GRAMS] === kata + 1) return;
    seenIn[gram % PLACE_GRAMS] = kata + 1;
    visit(gram, kata);
  };
  for (const texts of katas) {
    visitGrams(place, texts[place], visitGram);
    kata += 1;
  }
}

/** @param set one for all blocks: making thousands of them would leave as much to collect as the texts take */
function toBlock(numbers: Uint16Array, set: KataSet): Uint8Array {
  if (numbers.byteLength < set.byteLength) return toBytes(numbers);
  set.fill(0);
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
