import { createGramReader, type GramReader, PLACE_GRAMS, PLACES, type Place } from "./grams.ts";
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
  const reader = createGramReader();
  for (const place of PLACES) {
    // A heap is let grow to a multiple of what lives in it, and only a sync's own process indexes so many.
    if (katas.length > KATAS_WORTH_COLLECTING) Bun.gc(true);
    yield* toBlocksOf(place, katas, reader);
  }
}

const KATAS_WORTH_COLLECTING = 5000;

/** A counting sort: the katas of all grams lie in one piece of memory, two bytes each. */
function* toBlocksOf(place: Place, katas: readonly Texts[], reader: GramReader): Generator<GramBlock> {
  const next = new Uint32Array(PLACE_GRAMS);
  for (const texts of katas) {
    const grams = reader.read(texts[place]);
    for (let at = 0; at < grams.length; at += 1) count(next, grams[at] ?? 0);
  }
  let total = 0;
  for (let gram = 0; gram < PLACE_GRAMS; gram += 1) {
    const known = next[gram] ?? 0;
    next[gram] = total;
    total += known;
  }

  const numbers = new Uint16Array(total);
  for (let kata = 0; kata < katas.length; kata += 1) {
    const grams = reader.read(katas[kata]?.[place] ?? "");
    for (let at = 0; at < grams.length; at += 1) numbers[count(next, grams[at] ?? 0)] = kata;
  }

  // By now each gram's place has moved on to where the next one began.
  let start = 0;
  const set = emptySet(katas.length);
  for (let gram = 0; gram < PLACE_GRAMS; gram += 1) {
    const end = next[gram] ?? 0;
    if (end === start) continue;
    yield { gram: place * PLACE_GRAMS + gram, block: toBlock(numbers.subarray(start, end), set) };
    start = end;
  }
}

/** Adds one to a number of the list and returns what it was. */
function count(list: Uint32Array, at: number): number {
  const before = list[at] ?? 0;
  list[at] = before + 1;
  return before;
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
