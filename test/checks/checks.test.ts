import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readTestTitles } from "../security-docs/test-titles.ts";
import { type Check, namePattern, readChecks, root, withoutCheck } from "./checks.ts";

const checks = readChecks();
const read = (file: string): string => readFileSync(join(root, file), "utf8");

describe("test/checks.json", () => {
  test("lists the checks by different names", () => {
    expect(checks.length).toBeGreaterThan(150);
    expect(new Set(checks.map(({ check }) => check)).size).toBe(checks.length);
  });

  test.each([...Map.groupBy(checks, ({ file }) => file)])(
    "finds the code of each in %s once",
    (file, own) => {
      const text = read(file);
      for (const check of own) expect(withoutCheck(text, check)).not.toBe(text);
    },
  );

  test.each([...Map.groupBy(checks, (check) => check.test.file)])("names tests that %s runs", (file, own) => {
    expect(existsSync(join(root, file))).toBe(true);
    const titles = readTestTitles(file, read(file));
    expect(own.map(({ test: { name } }) => name).filter((name) => !titles.has(name))).toEqual([]);
  });
});

describe("a check", () => {
  const one: Check = {
    check: "c",
    file: "lib/x.ts",
    code: "if (a)",
    without: "$&",
    test: { file: "t", name: "n" },
  };

  test("is taken out where it stands", () => {
    expect(withoutCheck("x; if (a) throw", one)).toBe("x; $& throw");
  });

  test.each([
    ["nowhere", ""],
    ["twice", "if (a) b; if (a) c;"],
  ])("that stands %s cannot be taken out", (_where, text) => {
    expect(() => withoutCheck(text, one)).toThrow("not once");
  });

  test("has its test found whatever the table has put into the title", () => {
    const pattern = new RegExp(namePattern("a (b) of %s is %j."));
    expect(pattern.test("outer a (b) of 1 is [2].")).toBe(true);
    expect(pattern.test("a b of 1 is 2.")).toBe(false);
  });
});
