import * as z from "zod";

/**
 * Characters that a person cannot see but a page, a terminal or a language model obeys: controls, zero-width
 * and bidirectional marks, line and paragraph separators, and whatever Unicode calls ignorable by default, such
 * as fillers, tags and variation selectors, in which a whole text can hide. Line breaks and tabs count too,
 * since every text of a realm is one line.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]/gu;

/** `text` on one line, without invisible characters, at most `maxChars` code points. */
export function toPlainText(text: string, maxChars: number): string {
  // Half a surrogate pair is no character, and databases and encoders would each replace it in their own way.
  const plain = text
    .toWellFormed()
    .replace(/[\t\n\r]+/g, " ")
    .replace(invisible, "")
    .replace(/ {2,}/g, " ")
    .trim();
  const points = Array.from(plain);
  return points.length <= maxChars ? plain : `${points.slice(0, maxChars - 1).join("")}…`;
}

/** A text of several lines in which every character can be seen: what cannot stands there by its number. */
export function toVisibleText(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(invisible, (character) => {
    if (character === "\n" || character === "\t") return character;
    return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** Text of a realm: at most `maxChars` characters as sent, then stripped of what cannot be seen. */
export function realmText(maxChars: number) {
  return z
    .string()
    .max(maxChars)
    .transform((text) => toPlainText(text, maxChars));
}
