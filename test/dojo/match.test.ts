import { describe, expect, test } from "bun:test";
import { rankMatches } from "../../lib/dojo/match.ts";
import { toSearchWords } from "../../lib/dojo/words.ts";
import type { KataDiscoveryResult } from "../../lib/registry/registry.ts";
import { result } from "./katas.ts";

const REALMS = ["team", "central", "local"];

function rank(need: string, ...found: KataDiscoveryResult[]): string[] {
  return rankMatches(toSearchWords(need), found, REALMS).map(({ fromRealm, name }) => `${fromRealm}:${name}`);
}

const subscriptions = result("central", "finance.subscriptions", { tags: ["finance", "recurring"] });
const notes = result("central", "notes.mirror", {
  tags: ["sync", "notes"],
  description: "Mirrors a folder.",
});

describe("a kata meets a need", () => {
  test.each<[why: string, need: string, kata: KataDiscoveryResult, meets: boolean]>([
    ["the guide's subscriptions", "I need to track all recurring subscriptions", subscriptions, true],
    ["the guide's Slack and Discord, 1 of 4 words", "I need to sync Slack updates to Discord", notes, false],
    ["one of two words, by tag", "sync calendars", notes, true],
    ["one of three words, by tag", "sync calendars nightly", notes, false],
    ["two of four words, by tag and description", "sync folders between laptops", notes, true],
    ["two of five words", "sync folders across laptops nightly", notes, true],
    [
      "two of twelve words",
      "sync folders of lions tigers zebras apes bears wolves owls newts frogs rats",
      notes,
      false,
    ],
    ["one of two words, in the name", "mirror zebras", notes, true],
    ["one of five words, in the name", "mirror zebras lions tigers apes", notes, false],
    ["a word of nearly the same meaning", "cheap membership", subscriptions, false],
    ["the single word, by another of that meaning", "memberships", subscriptions, true],
    ["its one telling word, among words of talking", "keep a good mirror and tell me right now", notes, true],
    [
      "words of talking, which it holds, without a telling one",
      "zebras, right now",
      result("central", "right.now", {}),
      false,
    ],
    ["nothing but words of talking", "right now", result("central", "right.now", {}), true],
    [
      "an adverb of a word in a tag",
      "report monthly",
      result("central", "a.b", { tags: ["month", "reports"] }),
      true,
    ],
    ["the single word, by tag", "please sync", notes, true],
    ["an inflected name part", "I want to audit a subscription", subscriptions, true],
    ["a word inside another word", "asynchronous", notes, false],
    ["no word at all", "I need something", notes, false],
    ["no word, no text", "🚀", result("central", "a.b", {}), false],
  ])("%s: %p", (_why, need, kata, meets) => {
    expect(rank(need, kata)).toEqual(meets ? [`central:${kata.name}`] : []);
  });

  test("counts a word once, however often a text repeats it", () => {
    const spam = result("central", "x.y", { tags: ["sync", "syncs"], description: "sync ".repeat(50) });
    expect(rank("sync slack updates to discord", spam)).toEqual([]);
  });

  test("reads the newest version that this Ronin can run", () => {
    const moved = result("central", "x.y", { tags: ["audit"], minRoninVersion: "2.0.0" }, { tags: ["sync"] });
    expect(rank("audit", moved)).toEqual([]);
    expect(rank("sync", moved)).toEqual(["central:x.y"]);
  });

  test("leaves out a kata whose versions are all withdrawn", () => {
    const gone = { status: "withdrawn", reason: "broken" } as const;
    expect(rank("audit", result("central", "a.audit", gone, gone))).toEqual([]);
    expect(rank("audit", result("central", "a.audit", gone, {}))).toEqual(["central:a.audit"]);
  });
});

describe("the better match comes first", () => {
  test("the one that holds the word which few others hold", () => {
    const reports = Array.from({ length: 9 }, (_, index) =>
      result("central", `a.report${index}`, { tags: ["report"] }),
    );
    const harbour = result("central", "z.harbour", {});
    expect(rank("report harbour", ...reports, harbour)[0]).toBe("central:z.harbour");
  });

  test.each<[why: string, need: string, better: KataDiscoveryResult, worse: KataDiscoveryResult]>([
    [
      "a word in the name over one in a tag",
      "track subscriptions",
      result("local", "track.subscriptions", {}),
      result("team", "a.subscriptions", { tags: ["track"] }),
    ],
    [
      "a word in a tag over one in the description",
      "track subscriptions",
      result("local", "b.subscriptions", { tags: ["track"] }),
      result("team", "a.subscriptions", { description: "Track them." }),
    ],
    [
      "the word itself over one of nearly the same meaning",
      "subscriptions",
      result("local", "b.subscriptions", {}),
      result("team", "a.memberships", {}),
    ],
    [
      "more words at all",
      "track recurring subscriptions",
      result("local", "b.subscriptions", { tags: ["recurring"] }),
      result("team", "a.subscriptions", {}),
    ],
    [
      "one that this Ronin can run",
      "audit",
      result("central", "b.audit", { deprecated: true }),
      result("team", "a.audit", { minRoninVersion: "9.0.0" }),
    ],
    [
      "active before deprecated",
      "audit",
      result("central", "b.audit", {}),
      result("team", "a.audit", { deprecated: true }),
    ],
    ["the realm's order", "audit", result("team", "b.audit", {}), result("central", "a.audit", {})],
    ["the same name in two realms", "audit", result("team", "audit", {}), result("central", "audit", {})],
    ["the name", "audit", result("team", "a.audit", {}), result("team", "b.audit", {})],
  ])("%s", (_why, need, better, worse) => {
    const expected = [better, worse].map(({ fromRealm, name }) => `${fromRealm}:${name}`);
    expect(rank(need, better, worse)).toEqual(expected);
    expect(rank(need, worse, better)).toEqual(expected);
  });
});
