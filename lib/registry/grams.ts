/** Where a word can be: a kata's name, its tags, its description. In the order in which they count. */
export const PLACES = [0, 1, 2] as const;
export type Place = (typeof PLACES)[number];
export const TAGS: Place = 1;

/** How many different grams there are in one place. */
export const PLACE_GRAMS = 2 ** 18;
/** All grams are below this one: first those of the names, then those of the tags, then those of descriptions. */
export const GRAMS = PLACES.length * PLACE_GRAMS;

/** Finds the grams of texts, each gram of a text once. */
export interface GramReader {
  /**
   * Every one, two and three characters (UTF-16 units) that follow each other in the text, hashed to a number below
   * {@link PLACE_GRAMS}. Different grams can share a number, so what they find is asked itself in the end; a text that
   * holds a word holds all of the word's grams.
   *
   * @returns only valid until the next call
   */
  read(text: string): Uint32Array;
}

/** It keeps a megabyte: one is for many texts. */
export function createGramReader(): GramReader {
  /** Of each gram the last text that it was seen in, counted from 1. */
  const seenIn = new Uint32Array(PLACE_GRAMS);
  let found = new Uint32Array(1024);
  let texts = 0;
  let count = 0;
  const add = (gram: number): void => {
    if (seenIn[gram] === texts) return;
    seenIn[gram] = texts;
    found[count] = gram;
    count += 1;
  };
  return {
    read(text) {
      if (found.length < 3 * text.length) found = new Uint32Array(3 * text.length);
      texts += 1;
      count = 0;
      let [one, two] = [0, 0];
      for (let at = 0; at < text.length; at += 1) {
        const unit = text.charCodeAt(at);
        const three = two;
        two = one;
        one = extend(0, unit);
        add(toGram(one));
        if (at > 0) {
          two = extend(two, unit);
          add(toGram(two));
        }
        if (at > 1) add(toGram(extend(three, unit)));
      }
      return found.subarray(0, count);
    },
  };
}

/** Enough to leave few texts that hold the grams and not the word. */
const MAX_GRAMS = 24;

/**
 * The longest grams that a text which holds the word must hold: one for a word of up to three characters, none for the
 * empty one.
 */
export function gramsOf(place: Place, word: string): number[] {
  if (word === "") return [];
  const length = Math.min(word.length, 3);
  const grams = new Set<number>();
  for (let at = 0; at + length <= word.length && grams.size < MAX_GRAMS; at += 1) {
    let hash = extend(0, word.charCodeAt(at));
    for (let next = 1; next < length; next += 1) hash = extend(hash, word.charCodeAt(at + next));
    grams.add(place * PLACE_GRAMS + toGram(hash));
  }
  return [...grams];
}

/** One step of FNV-1a, on a character in the place of a byte. */
function extend(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01_00_01_93) ^ (hash >>> 15);
}

/** The upper bits of a product depend on all bits of its factors. */
function toGram(hash: number): number {
  return Math.imul(hash, 0x9e_37_79_b1) >>> 14;
}
