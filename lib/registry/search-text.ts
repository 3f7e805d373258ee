/**
 * How text is compared in a search: any case, and without characters that nobody can see, since a realm's own
 * texts were stored without them. SQLite's `lower` knows ASCII only, so both sides are folded here.
 */
export function foldText(text: string): string {
  // Most texts are so, and the rest would take ten times as long.
  if (/^[\n -~]*$/.test(text)) return text.toLowerCase();
  return text
    .replace(/[\p{Cf}\p{DI}]/gu, "")
    .toLowerCase()
    .toWellFormed();
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
