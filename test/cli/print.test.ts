import { describe, expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { type Line, printJson, printLines } from "../../lib/cli/print.ts";

function printed(lines: readonly Line[], hasColors: boolean): string {
  const output = new PassThrough();
  printLines(output, lines, hasColors);
  return String(output.read());
}

describe("a line with a style", () => {
  const lines: Line[] = ["plain", { text: "+ new", style: "good" }];

  test("has its colour at a terminal that shows them, and only that line", () => {
    expect(printed(lines, true)).toBe("plain\n\u001b[32m+ new\u001b[39m\n");
  });

  test("is plain text everywhere else", () => {
    expect(printed(lines, false)).toBe("plain\n+ new\n");
  });

  test("takes no colour from the text itself", () => {
    expect(printed([{ text: "\u001b[31mevil", style: "good" }], true)).toBe("\u001b[32m[31mevil\u001b[39m\n");
  });
});

describe("a JSON document", () => {
  test("has no invisible character but as an escape, and the same data", () => {
    const value = { intent: "x\u001b[2J\u009b\u202e\u{E0041}\u2028y", next: "line\nline" };
    const output = new PassThrough();
    printJson(output, value);
    const text = String(output.read());
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
    expect(JSON.parse(text)).toEqual(value);
  });
});
