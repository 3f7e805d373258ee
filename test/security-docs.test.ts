import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Claim, readClaims } from "./security-docs/claims.ts";
import { readTestTitles } from "./security-docs/test-titles.ts";

const root = join(import.meta.dir, "..");
const markdown = readFileSync(join(root, "docs/security.md"), "utf8");
const claims = readClaims(markdown);
const byFile = Map.groupBy(claims, ({ file }) => file);

describe("docs/security.md", () => {
  test.each([
    "Extraneous dependencies",
    "Wrong software",
    "Text",
    "The bus",
    "Arbitrary installation",
    "Endless data",
    "Slow retrieval",
    "Rollback, fast-forward, freeze",
    "Mix and match",
    "Keys",
    "Network",
    "The machine",
  ])("says which tests hold %p", (heading) => {
    const clauses = claims.filter((claim) => claim.heading === heading).map(({ clause }) => clause);
    expect(new Set(clauses).size).toBeGreaterThan(4);
  });

  test.each([...byFile])("names only tests that %s runs, and codes that it speaks of", (file, own) => {
    expect(findBroken(own, readFileSync(join(root, file), "utf8"))).toEqual([]);
  });

  test("links nothing that does not exist", () => {
    const links = [...markdown.matchAll(/\]\(\.\.\/([^)#]+)/g)].map(([, path = ""]) => path);
    expect(links.length).toBeGreaterThan(claims.length);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

/** What the file does not keep of these claims. */
function findBroken(own: readonly Claim[], text: string): string[] {
  const titles = readTestTitles("some.test.ts", text);
  return own.flatMap(({ title, codes }) => [
    ...(titles.has(title) ? [] : [`no test ${title}`]),
    ...codes.filter((code) => !text.includes(`"${code}"`)).map((code) => `no code ${code}`),
  ]);
}

describe("a claim", () => {
  const table = (lines: string) =>
    `### Keys\n\n| what is tried | answer | file | test |\n| - | - | - | - |\n${lines}`;
  const good = table("| a revoked key | `proof_expired` | [x](../test/x.test.ts) | `it %s` |\n");

  test("is read with its heading, its codes, its file and its title", () => {
    expect(readClaims(good)).toEqual([
      {
        heading: "Keys",
        clause: "a revoked key",
        codes: ["proof_expired"],
        file: "test/x.test.ts",
        title: "it %s",
      },
    ]);
  });

  test.each([
    ["without a link", "| a key | | test/x.test.ts | `it` |"],
    ["without a title", "| a key | | [x](../test/x.test.ts) | |"],
    ["to a file that is no test", "| a key | | [x](../test/x.ts) | `it` |"],
    ["without anything that is tried", "| | | [x](../test/x.test.ts) | `it` |"],
  ])("%s cannot be read", (_what, line) => {
    expect(() => readClaims(table(line))).toThrow("names no test");
  });

  test.each([
    ["kept", 'test("it %s", () => { expect("proof_expired"); });', []],
    ["kept by a table", 'test.each([["proof_expired"]])("it %s", () => {});', []],
    ["broken by another title", 'test("it is", () => "proof_expired");', ["no test it %s"]],
    ["broken by a comment", '// test("it %s")\n("proof_expired");', ["no test it %s"]],
    ["broken by a skipped test", 'test.skip("it %s", () => "proof_expired");', ["no test it %s"]],
    [
      "broken inside of something skipped",
      'describe.skip("x", () => { test("it %s", () => "proof_expired"); });',
      ["no test it %s"],
    ],
    ["broken by a test to be written", 'test.todo("it %s", () => "proof_expired");', ["no test it %s"]],
    ["broken without its code", 'test("it %s", () => {});', ["no code proof_expired"]],
  ])("is %s", (_what, text, broken) => {
    expect(findBroken(readClaims(good), text)).toEqual(broken);
  });
});
