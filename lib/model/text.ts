import * as z from "zod";

/**
 * Characters that a person cannot see but a page, a terminal or a language model obeys: controls, zero-width
 * and bidirectional marks, variation tags, line and paragraph separators. Line breaks and tabs count too,
 * since every text of a realm is one line.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{E0000}-\u{E007F}\u115F\u1160\u3164\uFFA0]/gu;

/** `text` on one line, without invisible characters, at most `maxChars` code points. */
export function toPlainText(text: string, maxChars: number): string {
  const plain = text
    .replace(/[\t\n\r]+/g, " ")
    .replace(invisible, "")
    .replace(/ {2,}/g, " ")
    .trim();
  const points = Array.from(plain);
  return points.length <= maxChars ? plain : `${points.slice(0, maxChars - 1).join("")}…`;
}

/** Text of a realm: at most `maxChars` characters as sent, then stripped of what cannot be seen. */
export function realmText(maxChars: number) {
  return z
    .string()
    .max(maxChars)
    .transform((text) => toPlainText(text, maxChars));
}
