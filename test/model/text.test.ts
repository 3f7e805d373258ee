import { describe, expect, test } from "bun:test";
import { realmText, toPlainText } from "../../lib/model/text.ts";

describe("text of a realm", () => {
  test.each([
    ["zero-width space", "pay\u200Bpal", "paypal"],
    ["zero-width joiner", "a\u200Db", "ab"],
    ["byte order mark", "\uFEFFname", "name"],
    ["right-to-left override", "gpj.\u202Eexe", "gpj.exe"],
    ["isolates", "\u2066x\u2069", "x"],
    ["terminal escape", "\u001B[2Jgone", "[2Jgone"],
    ["NUL", "a\u0000b", "ab"],
    ["soft hyphen", "co\u00ADop", "coop"],
    ["tag characters", "hi\u{E0041}\u{E0042}", "hi"],
    ["line separator", "a\u2028b", "ab"],
    ["line breaks become spaces", "a\r\n\tb", "a b"],
    ["Hangul filler", "a\u3164b", "ab"],
    ["variation selectors, which can carry a text", "hi\uFE0F\u{E0100}\u{E01EF}", "hi"],
    ["grapheme joiner", "a\u034Fb", "ab"],
    ["Khmer inherent vowels", "a\u17B4\u17B5b", "ab"],
    ["interlinear annotations", "a\uFFF9b\uFFFB", "ab"],
  ])("loses what cannot be seen: %s", (_, text, plain) => {
    expect(toPlainText(text, 100)).toBe(plain);
  });

  test.each([["Müller & Søn"], ["日本語 テスト"], ["שלום"], ["naïve café 🍵"]])(
    "keeps what can be seen: %s",
    (text) => {
      expect(toPlainText(text, 100)).toBe(text);
    },
  );

  test("is cut to whole characters with a mark that something is missing", () => {
    expect(toPlainText("🍵🍵🍵🍵", 3)).toBe("🍵🍵…");
    expect(toPlainText("abc", 3)).toBe("abc");
  });

  test("is refused, not cut, when a realm sends more than its cap", () => {
    expect(realmText(5).safeParse("123456").success).toBe(false);
    expect(realmText(5).parse("12\u200B45")).toBe("1245");
  });
});
