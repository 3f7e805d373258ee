import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { agentEntries } from "./architecture/entry-rules.ts";
import { covers, exceptions } from "./architecture/exceptions.ts";
import { findAllViolations, findViolations } from "./architecture/find-violations.ts";
import { plantedContent } from "./architecture/planted-content.ts";
import { plantedImports } from "./architecture/planted-imports.ts";
import { readTree } from "./architecture/read-tree.ts";
import { findRoom, isUnder, rooms } from "./architecture/rooms.ts";
import { tolerated } from "./architecture/tolerated.ts";
import { rules, toLine } from "./architecture/violation.ts";

const planted = [...plantedImports, ...plantedContent];
const tree = readTree(join(import.meta.dir, ".."));

describe("the pack's own code", () => {
  test("breaks no rule of the architecture", () => {
    expect(findViolations(tree).map(toLine)).toEqual([]);
  });

  test("was read: the foundation and every room's files are among what was looked at", () => {
    for (const path of ["lib/errors.ts", "lib/model/kata.ts", "lib/trust/source.ts", "lib/events.ts"]) {
      expect(tree.has(path)).toBe(true);
    }
  });

  test("has exactly the two entry files in agents/", () => {
    expect([...tree.keys()].filter((path) => path.startsWith("agents/"))).toEqual(agentEntries);
  });

  test("still needs every named exception", () => {
    const violations = findAllViolations(tree);
    const unused = exceptions.filter((one) => !violations.some((violation) => covers(one, violation)));
    expect(unused.map(({ file, rule }) => `${file} no longer breaks ${rule}`)).toEqual([]);
  });
});

describe("a planted violation is reported with file and rule", () => {
  for (const { name, files, rule, file } of planted) {
    test(name, () => {
      const found = findViolations(new Map(Object.entries(files)));
      expect(found.map((violation) => ({ file: violation.file, rule: violation.rule }))).toEqual([
        { file, rule },
      ]);
    });
  }

  test("and every rule has one", () => {
    expect(new Set(planted.map(({ rule }) => rule))).toEqual(new Set(rules));
  });

  test("and the line a person reads names both", () => {
    const [violation] = findViolations(new Map([["lib/dojo/a.ts", "fetch('https://example.com');"]]));
    expect(violation && toLine(violation)).toBe("lib/dojo/a.ts breaks fetch: line 1: fetch");
  });
});

describe("what the rules allow is not reported", () => {
  for (const { name, files } of tolerated) {
    test(name, () => {
      expect(findViolations(new Map(Object.entries(files))).map(toLine)).toEqual([]);
    });
  }
});

describe("an exception", () => {
  test("covers its file and rule only", () => {
    const text = 'export const a = "PRAGMA database_list"; export const b = "DELETE FROM realms";';
    const found = findViolations(new Map([["lib/runtime/database-path.ts", text]]));
    expect(found).toEqual([
      { file: "lib/runtime/database-path.ts", rule: "sql", detail: "DELETE FROM realms" },
    ]);
    const elsewhere = findViolations(new Map([["lib/runtime/paths.ts", text]]));
    expect(elsewhere.map(({ rule }) => rule)).toEqual(["sql", "sql"]);
  });
});

describe("the table of rooms", () => {
  test("places a path in one room only", () => {
    for (const path of tree.keys()) {
      const holding = rooms.filter((room) => isUnder(path, room.paths)).map(({ name }) => name);
      expect({ path, holding }).toEqual({ path, holding: [expect.any(String)] });
    }
  });

  test("knows no folder that merely begins with a room's name", () => {
    expect(findRoom("lib/modelling/a.ts")).toBeUndefined();
    expect(findRoom("lib/errors.ts.bak")).toBeUndefined();
  });
});
