import { describe, expect, test } from "bun:test";
import { partNames } from "../../bench/figures.ts";
import { OptionError, parseOptions } from "../../bench/options.ts";

describe("the options of the benchmark", () => {
  test("are 100,000 versions and every part when none is given", () => {
    expect(parseOptions([])).toEqual({ size: 100_000, only: partNames, json: undefined, record: false });
  });

  test("take a size, some parts in any order, and a file", () => {
    expect(parseOptions(["--size", "1_000_000", "--only", "discover,sync", "--json", "a.json"])).toEqual({
      size: 1_000_000,
      only: ["sync", "discover"],
      json: "a.json",
      record: false,
    });
  });

  const wrong: ReadonlyArray<[string, string[], string]> = [
    ["an unknown option", ["--sise", "1000"], "--size <versions>"],
    ["a size that is no number", ["--size", "many"], "such as 100000"],
    ["a size too small to hold the words", ["--size", "10"], "from 400"],
    ["a size that no realm may have", ["--size", "1000001"], "to 1000000"],
    ["a part that is not there", ["--only", "search"], "discover"],
    ["recording a part of a run", ["--record", "--only", "sync"], "leave out --only"],
  ];
  for (const [what, args, fix] of wrong) {
    test(`answer ${what} with what to do`, () => {
      expect(() => parseOptions(args)).toThrow(OptionError);
      expect(() => parseOptions(args)).toThrow(fix);
    });
  }
});
