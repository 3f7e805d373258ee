import { describe, expect, test } from "bun:test";
import { stemmer } from "stemmer";
import { kataMetadataSchema } from "../../lib/model/kata.ts";
import { type LabelledIntent, readIntents, readKatas } from "./labelled-set.ts";

const katas = readKatas();
const intents = readIntents();
const answered = intents.filter(({ expected }) => expected.length > 0);

describe("the labelled set", () => {
  test("holds 200 katas of different names that a realm could list", () => {
    expect(new Set(katas.map(({ name }) => name)).size).toBe(200);
    for (const kata of katas) expect(kataMetadataSchema.parse(kata).description).toBe(kata.description);
  });

  test("holds 60 intents: 50 with an answer and 10 without, in halves to tune by and to judge by", () => {
    const sizes = (["tune", "held"] as const).map((set) => [
      intents.filter((intent) => intent.set === set).length,
      answered.filter((intent) => intent.set === set).length,
    ]);
    expect(sizes).toEqual([
      [30, 25],
      [30, 25],
    ]);
    expect(new Set(intents.map(({ text }) => text)).size).toBe(60);
  });

  test("expects only katas that it holds", () => {
    const names = new Set(katas.map(({ name }) => name));
    expect(answered.flatMap(({ expected }) => expected).filter((name) => !names.has(name))).toEqual([]);
  });

  test("has at least 20 intents without a word of the name of any kata that is right", () => {
    expect(answered.filter((intent) => !sharesWord(intent)).length).toBeGreaterThanOrEqual(20);
  });

  test("has at least 10 intents with a word of the name in another inflection", () => {
    expect(answered.filter(differsInInflection).length).toBeGreaterThanOrEqual(10);
  });
});

function sharesWord({ text, expected }: LabelledIntent): boolean {
  const stems = new Set(wordsOf(text).map(stemmer));
  return expected.flatMap(wordsOf).some((word) => stems.has(stemmer(word)));
}

function differsInInflection({ text, expected }: LabelledIntent): boolean {
  const said = wordsOf(text);
  return expected
    .flatMap(wordsOf)
    .some((word) => said.some((other) => other !== word && stemmer(other) === stemmer(word)));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}
