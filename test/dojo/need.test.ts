import { expect, test } from "bun:test";
import { toNeed, toNeedKey } from "../../lib/dojo/need.ts";

test.each([
  ["case", "I need X", "i NEED x"],
  ["space", "I need X", "  I  need\n\tX "],
  ["a full stop", "I need X", "I need X."],
  ["insistence", "I need X", "I need X!!!"],
  ["zero-width characters", "I need X", "I ne\u200bed\u2060 X\ufeff"],
  ["full-width letters", "I need X", "I need Ｘ"],
])("needs that differ in %s are one", (_what, a, b) => {
  expect(toNeedKey(a)).toBe(toNeedKey(b));
});

test("needs that differ in a word are two", () => {
  expect(toNeedKey("sync slack daily")).not.toBe(toNeedKey("sync slack weekly"));
});

test("keeps what was sent beside what is shown", () => {
  const need = toNeed({ intent: "sync\u202e Slack\0", _proposedDsl: "kata a.b v1" });
  expect(need).toEqual({
    intent: "sync\u202e Slack\0",
    text: "sync Slack",
    key: "sync slack",
    draft: "kata a.b v1",
  });
});

test("a need that nobody can see is none", () => {
  expect(toNeed({ intent: "\u200b\u2060\0" })).toBeUndefined();
});
