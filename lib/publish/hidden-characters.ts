import { toPlainText } from "../model/text.ts";

/** A character that a person cannot see, and where: line and column count from 1, in code points. */
export interface HiddenCharacter {
  /** `U+200B` */
  codePoint: string;
  line: number;
  column: number;
}

/**
 * The first character of a text that clients would drop before they show it: controls, bidirectional marks,
 * zero-width and other invisible ones. In a source a reviewer would approve something else than what is there.
 * Tabs and line ends are part of a source.
 */
export function findHiddenCharacter(text: string): HiddenCharacter | undefined {
  if (/^[\t\n\x20-\x7e]*$/.test(text)) return undefined;
  let line = 1;
  let column = 0;
  for (const character of text.replaceAll("\r\n", "\n")) {
    column += 1;
    if (character === "\n") {
      line += 1;
      column = 0;
    } else if (character !== "\t" && isHidden(character)) {
      return { codePoint: toCodePoint(character), line, column };
    }
  }
  return undefined;
}

/** `U+202E at line 3, column 7` */
export function describeHidden({ codePoint, line, column }: HiddenCharacter): string {
  return `${codePoint} at line ${line}, column ${column}`;
}

/** Asks the rule that clients strip by, so that the two cannot come apart. */
function isHidden(character: string): boolean {
  const framed = `a${character}b`;
  return (character < " " || character > "~") && toPlainText(framed, 3) !== framed;
}

function toCodePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
