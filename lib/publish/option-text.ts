import { toPlainText } from "../model/text.ts";
import { describeHidden, findHiddenCharacter } from "./hidden-characters.ts";
import { refusal } from "./publish-error.ts";

/**
 * A text that somebody gave for a realm, as readers will see it. Nothing is dropped from it without a word.
 *
 * @param option how messages call it
 * @throws PublishError `hidden_character`, `text_too_long`
 */
export function parseOptionText(option: string, text: string, maxChars: number): string {
  const hidden = findHiddenCharacter(text);
  if (hidden !== undefined || /[\t\n]/.test(text.trim())) {
    throw refusal({
      code: "hidden_character",
      file: option,
      found: hidden === undefined ? "several lines or a tab" : describeHidden(hidden),
      expected: "one line without control, bidirectional or zero-width characters",
    });
  }
  const plain = toPlainText(text, Number.POSITIVE_INFINITY);
  if (plain.length <= maxChars) return plain;
  throw refusal({
    code: "text_too_long",
    file: option,
    found: `${plain.length} characters`,
    expected: `at most ${maxChars}`,
  });
}
