import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { KataCompiler } from "../../lib/embedded-host/kata/compiler.ts";
import { KataParser } from "../../lib/embedded-host/kata/parser.ts";
import { describeOutcome, type KataClasses } from "./kata-outcomes.ts";
import { randomKatas } from "./random-katas.ts";

const root = process.env.RONIN_ROOT;
const SEED = 20_260_304;
const sources = randomKatas(SEED).take(4000).toArray();

// Taken from Ronin 1.1.1 itself: where no checkout is at hand, every outcome is still compared with it.
const RECORDED = "dd55672bbe96ddb360edd35795b9374f784c4eda2d422820c8cc93ecc74d5b94";

const outcomes = sources.map((source) => describeOutcome({ KataParser, KataCompiler }, source));

const digest = (texts: string[]): string => createHash("sha256").update(texts.join("\0")).digest("hex");

async function importRealClasses(from: string): Promise<KataClasses> {
  const { KataParser } = await import(join(from, "src/kata/parser.ts"));
  const { KataCompiler } = await import(join(from, "src/kata/compiler.ts"));
  return { KataParser, KataCompiler };
}

test("the random sources reach every part of the grammar and every rule", () => {
  const all = outcomes.join("\n");
  const marks = [
    "requiredSkills",
    "isAtPhaseStart",
    "'->'",
    "after 'timeout'",
    "after phase action",
    "'wait'",
  ];
  const rules = [
    "missing_phase",
    "unreachable_phase",
    "missing_initial",
    "cycle_detected",
    "undeclared_skill",
  ];
  expect([...marks, ...rules].filter((mark) => !all.includes(mark))).toEqual([]);
});

test("four thousand random sources give what the real host gave for them", () => {
  expect(digest(outcomes)).toBe(RECORDED);
});

test.skipIf(!root)("the real classes at RONIN_ROOT agree on every one of them", async () => {
  const real = await importRealClasses(root ?? "");
  const theirs = sources.map((source) => describeOutcome(real, source));
  expect(sources.filter((_, at) => theirs[at] !== outcomes[at])).toEqual([]);
  expect(digest(theirs)).toBe(RECORDED);
});
