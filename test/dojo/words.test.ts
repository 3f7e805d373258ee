import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type SearchWord, toQueryTerm, toSearchWords, toStems } from "../../lib/dojo/words.ts";

const texts = (words: readonly SearchWord[]): string[] => words.map(({ text }) => text);
const only = (word: string): SearchWord => {
  const [first, ...more] = toSearchWords(word);
  if (first === undefined || more.length > 0) throw new Error(`${word} is not one word`);
  return first;
};

describe("toSearchWords", () => {
  test.each<[intent: string, words: string[]]>([
    ["I need to track all recurring subscriptions", ["track", "recurring", "subscriptions"]],
    ["I need to sync Slack updates to Discord", ["sync", "slack", "updates", "discord"]],
    ["I need to track subscriptions", ["track", "subscriptions"]],
    ["Please help me, I want to be able to audit my invoices", ["audit", "invoices"]],
    ["I'd like something that summarises the team's mail", ["summarises", "team", "mail"]],
    ["I don't want to miss deadlines and can’t remember them", ["miss", "deadlines", "remember"]],
    ["We'll audit what they’re owed", ["audit", "owed"]],
    ["finance.audit_log", ["finance", "audit", "log"]],
    ["Back up, then back-up again: BACKUPS!", ["back", "again", "backups"]],
    ["audit audits audited auditing", ["audit"]],
    ["a b c 1 2 x", []],
    ["top 10 news of 2026", ["top", "10", "news", "2026"]],
    ["%_*\"'\\", []],
    ["audit OR 1=1; DROP TABLE katas", ["audit", "drop", "table"]],
  ])("%p gives %p", (intent, words) => {
    expect(texts(toSearchWords(intent))).toEqual(words);
  });

  test.each([
    ["only stop words", "I would have to be he who is in it"],
    ["only filler words", "please help, I need something, I want anything"],
    ["emoji", "🚀🔥👩‍👩‍👧 ❤️"],
    ["nothing", ""],
    ["a NUL", "\0"],
  ])("finds no word in %s", (_situation, intent) => {
    expect(texts(toSearchWords(intent))).toEqual([]);
  });

  test("keeps words of other languages, accents and marks whole", () => {
    expect(texts(toSearchWords("Überweisungen prüfen"))).toEqual(["überweisungen", "prüfen"]);
    expect(texts(toSearchWords("следить за подписками"))).toEqual(["следить", "за", "подписками"]);
    expect(texts(toSearchWords("我需要 跟踪 订阅"))).toEqual(["我需要", "跟踪", "订阅"]);
    expect(texts(toSearchWords("सदस्यता ट्रैक"))).toEqual(["सदस्यता", "ट्रैक"]);
  });

  test("reads full-width letters as the letters they look like", () => {
    expect(texts(toSearchWords("ＡＵＤＩＴ"))).toEqual(["audit"]);
  });

  test("takes 24 words of a story and none of absurd length", () => {
    const many = Array.from({ length: 400 }, (_, index) => `word${index}`).join(" ");
    expect(toSearchWords(many)).toHaveLength(24);
    expect(toSearchWords(`${"x".repeat(41)} ${"y".repeat(40)}`)).toHaveLength(1);
  });

  test("gives words that need no quoting, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const words = toSearchWords(text);
        for (const word of words) {
          expect(word.text).toMatch(/^[\p{L}\p{M}\p{N}]+$/u);
          expect(toQueryTerm(word)).not.toBe("");
        }
        expect(new Set(words.map(({ stem }) => stem)).size).toBe(words.length);
      }),
      { numRuns: 50, seed: 7 },
    );
  });
});

describe("toStems", () => {
  test("splits a name at dots, dashes and underscores", () => {
    expect(toStems("finance.track-my_subscriptions")).toEqual(
      new Set(["financ", "track", "my", "subscript"]),
    );
  });

  test.each([
    ["subscriptions", "subscription"],
    ["audits", "auditing"],
    ["category", "categories"],
    ["syncing", "sync"],
  ])("%p and %p are one stem", (a, b) => {
    expect(toStems(a)).toEqual(toStems(b));
  });
});

describe("toQueryTerm", () => {
  const families = [
    ["subscription", "subscriptions"],
    ["audit", "audits", "auditing", "audited"],
    ["category", "categories"],
    ["summary", "summaries"],
    ["notify", "notifies", "notified"],
    ["track", "tracking", "tracks", "tracked"],
    ["update", "updates", "updating", "updated"],
    ["hope", "hoping", "hoped"],
    ["plan", "planning", "plans"],
    ["invoice", "invoices", "invoicing"],
    ["relate", "relational"],
    ["deploy", "deploys", "deployment"],
    ["reply", "replies", "replied"],
    ["agree", "agreed"],
  ];

  test.each(families)("the term for any of %p, … is in all words of its stem", (...family) => {
    for (const word of family.map(only)) {
      const kin = family.map(only).filter(({ stem }) => stem === word.stem);
      expect(kin.map(({ text }) => text.includes(toQueryTerm(word)))).toEqual(kin.map(() => true));
    }
  });

  test("the families do share stems", () => {
    const shared = families.filter((family) => new Set(family.map((word) => only(word).stem)).size === 1);
    expect(shared.length).toBeGreaterThanOrEqual(12);
  });

  test.each([
    ["subscriptions", "subscript"],
    ["audits", "audit"],
    ["categories", "categor"],
    ["using", "using"],
    ["sync", "sync"],
  ])("searches %p by %p", (word, term) => {
    expect(toQueryTerm(only(word))).toBe(term);
  });
});
