import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { codeMeanings } from "../lib/build/code-meanings.ts";
import { eventDocsPath, renderEventDocs } from "../lib/build/event-docs.ts";
import { listFields } from "../lib/build/event-fields.ts";
import { installErrorCodes, realmErrorCodes } from "../lib/errors.ts";
import { incoming, outgoing, requiredFields } from "./events/samples.ts";

const names = [...incoming, ...outgoing];
const text = renderEventDocs();

describe("docs/events.md", () => {
  test("is what the schemas say; `npm run docs` writes it anew", () => {
    expect(readFileSync(eventDocsPath, "utf8")).toBe(text);
  });

  test("has a section for every event, with a row for each field", () => {
    for (const name of names) {
      const section = sectionOf(name);
      for (const { path } of listFields(name)) expect(section).toContain(`\n| \`${path}\` `);
    }
  });

  test("links every event of the overview to its section", () => {
    for (const name of names) expect(text).toContain(`[\`${name}\`](#${name.replaceAll(".", "")})`);
  });

  test("lists and explains every code that an install or a sync ends with", () => {
    for (const [name, codes] of [
      ["kata.install_failed", installErrorCodes],
      ["realm.sync_failed", realmErrorCodes],
    ] as const) {
      for (const code of codes) {
        expect(sectionOf(name).replace(/ +/g, " ")).toContain(`| \`${code}\` | ${codeMeanings[code]} |`);
      }
    }
  });

  test("breaks no table: every row has as many cells as its head", () => {
    const tables = text.split("\n\n").filter((part) => part.startsWith("|"));
    expect(tables.length).toBeGreaterThan(names.length);
    for (const table of tables) {
      const widths = table
        .trim()
        .split("\n")
        .map((row) => row.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size).toBe(1);
    }
  });
});

describe("the fields", () => {
  for (const name of names) {
    test(`of ${name} are marked as required where a sender cannot leave them out`, () => {
      const marked = listFields(name).filter(({ path, isRequired }) => isRequired && /^\w+$/.test(path));
      expect(marked.map(({ path }) => path)).toEqual(requiredFields(name));
    });

    test(`of ${name} all have a type and a meaning`, () => {
      const fields = listFields(name);
      expect(fields).not.toEqual([]);
      expect(fields.filter(({ type, meaning }) => type === "" || meaning === "")).toEqual([]);
    });
  }

  test("are listed down to the plan of an offered version", () => {
    expect(listFields("kata.install_proposed").map(({ path }) => path)).toContain("versions[].plan[].kata");
  });
});

function sectionOf(name: string): string {
  const [, rest = ""] = text.split(`\n### ${name}\n`);
  return rest.split(/\n###? /)[0] ?? "";
}
