import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { diffLines } from "../../lib/desk/diff.ts";

const marks = { same: " ", added: "+", removed: "-" } as const;
const diff = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${marks[kind]}${text}`);

describe("the difference of two sources", () => {
  test("keeps what both have and names the rest", () => {
    expect(diff("a\nb\nc\nd\n", "a\nx\nc\nd\ne\n")).toEqual([" a", "-b", "+x", " c", " d", "+e"]);
  });

  test("of equal texts has nothing added or removed", () => {
    expect(diff("a\nb\n", "a\nb\n")).toEqual([" a", " b"]);
    expect(diff("", "")).toEqual([]);
  });

  test("gives back both texts, whatever they are", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 });
    void fc.assert(
      fc.property(lines, lines, (before, after) => {
        const found = diffLines(`${before.join("\n")}\n`, `${after.join("\n")}\n`);
        const textOf = (left: "added" | "removed") =>
          found.filter(({ kind }) => kind !== left).map(({ text }) => text);
        // A lone empty line is the end of the line before it.
        expect(textOf("added")).toEqual(before.length === 0 ? [""] : before);
        expect(textOf("removed")).toEqual(after.length === 0 ? [""] : after);
      }),
    );
  });

  test("of two large texts that share nothing is told at once", () => {
    const many = (word: string) => Array.from({ length: 100_000 }, (_, line) => `${word}${line}`).join("\n");
    const startedAt = performance.now();
    expect(diffLines(many("a"), many("b"))).toHaveLength(200_000);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
