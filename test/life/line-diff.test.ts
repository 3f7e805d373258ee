import { expect, test } from "bun:test";
import fc from "fast-check";
import { type DiffLine, diffLines } from "../../lib/life/line-diff.ts";

const signs = { same: " ", added: "+", removed: "-" } as const;
const shown = (lines: DiffLine[]): string => lines.map(({ kind, text }) => signs[kind] + text).join("|");

test.each([
  ["a\nb\nc\n", "a\nb\nc\n", " a| b| c"],
  ["a\nb\nc\n", "a\nx\nc\n", " a|-b|+x| c"],
  ["a\nc\n", "a\nb\nc\n", " a|+b| c"],
  ["a\nb\nc\n", "c\n", "-a|-b| c"],
  ["a\nb\na\n", "b\na\nb\n", "-a| b| a|+b"],
  ["a\n", "b\n", "-a|+b"],
  ["a\na\n", "a\n", " a|-a"],
])("between %j and %j", (before, after, lines) => {
  expect(shown(diffLines(before, after))).toBe(lines);
});

test("gives both texts back, whatever they are", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(`${before.join("\n")}\n`, `${after.join("\n")}\n`);
      const without = (kind: DiffLine["kind"]) =>
        lines.filter((line) => line.kind !== kind).map((line) => line.text);
      expect(without("added")).toEqual(before);
      expect(without("removed")).toEqual(after);
    }),
    { numRuns: 200, seed: 7 },
  );
});

test("two long texts without a common line are replaced, in no time", () => {
  const before = Array.from({ length: 20_000 }, (_, index) => `a${index}`).join("\n");
  const startedAt = performance.now();
  expect(diffLines(before, before.replaceAll("a", "b"))).toHaveLength(40_000);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
