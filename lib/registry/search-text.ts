/**
 * How text is compared in a search: any case, and without characters that nobody can see, since a realm's own
 * texts were stored without them. SQLite's `lower` knows ASCII only, so both sides are folded here.
 */
export function foldText(text: string): string {
  return text
    .replace(/[\p{Cf}\p{DI}]/gu, "")
    .toLowerCase()
    .toWellFormed();
}

/**
 * Each text on a line of its own, so that a whole one can be found as `toLines([text])`. No word of a query
 * holds a line break, so none matches across lines.
 */
export function toLines(texts: readonly string[]): string {
  return texts.length === 0 ? "" : `\n${texts.join("\n")}\n`;
}

/** More words than this in one query cost time and say nothing. */
const MAX_WORDS = 64;

/**
 * The different words of a query, folded. `"*"` is one empty word, which every text contains; a blank query has
 * no word at all. A word with a NUL is dropped: no stored text holds one, and SQLite would cut it there.
 */
export function toWords(query: string): string[] {
  if (query.trim() === "*") return [""];
  const words = foldText(query)
    .split(/\s+/)
    .filter((word) => word !== "" && !word.includes("\0"));
  return [...new Set(words)].slice(0, MAX_WORDS);
}

/** Shorter words have no trigram to look up. Counted in characters, as SQLite does. */
export function hasTrigrams(word: string): boolean {
  return Array.from(word).length >= 3;
}

/** Enough to leave few candidates; the word itself is looked for in each of them. */
const MAX_TRIGRAMS = 24;

/** An FTS5 expression for what may hold any of the words. Every trigram is quoted, so no word is an operator. */
export function toTrigramMatch(words: readonly string[]): string {
  return words.map((word) => `(${trigramsOf(word).map(quote).join(" AND ")})`).join(" OR ");
}

function trigramsOf(word: string): string[] {
  const characters = Array.from(word);
  const trigrams = characters.slice(0, -2).map((_, at) => characters.slice(at, at + 3).join(""));
  return [...new Set(trigrams)].slice(0, MAX_TRIGRAMS);
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
