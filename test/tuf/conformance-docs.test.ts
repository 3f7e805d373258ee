import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const page = readFileSync(join(import.meta.dir, "../../docs/tuf-conformance.md"), "utf8");
const rows = [...page.matchAll(/^\| `(test_\w+)(?:\[\w+\])?`\s*\| (\d+)\s*\| (yes|no)/gm)].map(
  ([, name = "", cases = "", applies = ""]) => ({ name, cases: Number(cases), applies: applies === "yes" }),
);

/** Names as the ported tests have them. */
function portedNames(): string[] {
  const folder = join(import.meta.dir, "conformance");
  const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  const names = sources.flatMap((source) => [...source.matchAll(/(?:test|describe)\("(test_\w+)"/g)]);
  return names.map(([, name = ""]) => name).sort();
}

test("every case that applies is ported under its name, and no other", () => {
  expect(portedNames()).toEqual(
    rows
      .filter(({ applies }) => applies)
      .map(({ name }) => name)
      .sort(),
  );
});

test("the page counts its own cases", () => {
  const count = (of: typeof rows) => of.reduce((sum, { cases }) => sum + cases, 0);
  expect(page).toContain(`${count(rows.filter(({ applies }) => applies))} of the ${count(rows)} cases apply`);
});
