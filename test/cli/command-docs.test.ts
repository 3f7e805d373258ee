import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "../..");
const docs = readFileSync(join(root, "docs/command.md"), "utf8");

test("docs/command.md lists every finding of the doctor, and no other", () => {
  const source = readFileSync(join(root, "lib/cli/doctor/finding.ts"), "utf8");
  const codes = [...(source.split("/**")[0] ?? "").matchAll(/\| "([a-z_]+)"/g)].map(([, code]) => code);
  const listed = [...docs.matchAll(/^\| `([a-z_]+)` +\| (?:problem|notice) /gm)].map(([, code]) => code);
  expect(listed.sort()).toEqual(codes.sort());
  expect(listed.length).toBeGreaterThan(10);
});

test("docs/command.md tells the level that each finding has", () => {
  const folder = join(root, "lib/cli");
  const files = [...new Bun.Glob("{doctor,commands}/*.ts").scanSync(folder)];
  const source = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
  for (const [, code, level] of docs.matchAll(/^\| `([a-z_]+)` +\| (problem|notice) /gm)) {
    if (code === "database" || code === "page_unusable") continue;
    expect(source).toMatch(new RegExp(`${level}\\(\\s*"${code}"`));
  }
});
