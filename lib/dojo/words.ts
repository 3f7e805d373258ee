import { eng } from "stopword/src/stopwords_eng.js";
import { toStem } from "./stem.ts";

/** A word of a need that says something about the task. */
export interface SearchWord {
  text: string;
  /** What words are compared by: `subscript` for both "subscription" and "subscriptions". */
  stem: string;
}

/** A need with more words than this is a story; its first words count. Bounds the cost of a search, too. */
const MAX_WORDS = 24;
/** No part of a kata's name or tag is longer than a tag may be. */
const MAX_WORD_CHARS = 40;
const MIN_TERM_CHARS = 3;

/** Words in which people ask for anything at all: in any need, and so in none a hint at the task. */
const fillers = [
  "able anything every everything help kata let look may need not",
  "please shall someone something try want when will wish",
].join(" ");

const stopWords: ReadonlySet<string> = new Set(eng);
const fillerStems: ReadonlySet<string> = new Set(fillers.split(" ").map(toStem));

/**
 * The words of `text` to search by, in their order, one a stem: without the stop words of English and without
 * the filler words of a request. May be empty. Words of other languages stay as they are.
 */
export function toSearchWords(text: string): SearchWord[] {
  const byStem = new Map<string, SearchWord>();
  for (const word of splitWords(withoutContractions(text))) {
    if (byStem.size === MAX_WORDS) break;
    if (stopWords.has(word) || isTooShort(word) || word.length > MAX_WORD_CHARS) continue;
    const stem = toStem(word);
    if (!fillerStems.has(stem) && !byStem.has(stem)) byStem.set(stem, { text: word, stem });
  }
  return [...byStem.values()];
}

/** The stems of all words in a name, tag or description. Parts of `finance.audit_log` count as words. */
export function toStems(text: string): Set<string> {
  return new Set(
    splitWords(text)
      .filter((word) => word.length <= MAX_WORD_CHARS)
      .map(toStem),
  );
}

/**
 * The registry searches by substring, words are compared by stem. This is what every word of one stem has in
 * common: the stem as far as the word begins with it, without the final letter that `category` and
 * `categories`, or `hope` and `hoping`, differ in. The whole word where too little would be left.
 */
export function toQueryTerm({ text, stem }: SearchWord): string {
  let shared = 0;
  while (shared < stem.length && text[shared] === stem[shared]) shared++;
  const term = text.slice(0, shared).replace(/[eiy]$/, "");
  return term.length < MIN_TERM_CHARS ? text : term;
}

function splitWords(text: string): string[] {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
}

/** "don't" and "they're" are stop words and leave no "don" and "re" behind. One letter alone is no word. */
function withoutContractions(text: string): string {
  return text.replace(/\b\w{1,10}n['’]t\b/gi, " ").replace(/['’](?:ll|re|ve)\b/gi, " ");
}

/** What one Latin letter or digit is about cannot be told; one Chinese character may be a word. */
function isTooShort(word: string): boolean {
  return /^[a-z0-9]$/.test(word);
}
