import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { readTree } from "../architecture/read-tree.ts";
import { recordPoints } from "./matrix.ts";
import { outOfTheStory } from "./out-of-the-story.ts";
import { actOf } from "./points.ts";
import { findSites } from "./sites.ts";

const sites = findSites(readTree(join(import.meta.dir, "../..")));

describe("the points that are killed", () => {
  test("are all that the source holds, but for what the story cannot come by", async () => {
    const acts = new Set((await recordPoints(1)).map(actOf));
    const missing = sites.filter(({ pattern }) => ![...acts].some((act) => pattern.test(act)));
    expect(missing.map(({ label }) => label).sort()).toEqual(Object.keys(outOfTheStory).sort());
  }, 120_000);

  test("come from all kinds of places", () => {
    const kinds = sites.map(({ pattern }) => /^\^(\w+)/.exec(pattern.source)?.[1]);
    expect(new Set(kinds)).toEqual(new Set(["sql", "file", "emit", "request", "spawn", "outcome"]));
    expect(sites.length).toBeGreaterThan(80);
  });
});

describe("a planted place is found", () => {
  test.each([
    ["a statement", 'run(db, "DELETE FROM x WHERE a = ?");', "sql ronin.db DELETE FROM x WHERE a = ?"],
    [
      "a statement that is put together",
      "run(db, `INSERT INTO $" + "{t} VALUES (1)`);",
      "sql a INSERT INTO y VALUES (1)",
    ],
    ["a file write", 'import { rmSync } from "node:fs"; rmSync("x");', "file rmSync lib/sync/a.ts"],
    ["an event", 'bus.emit("realm.synced", {});', "emit realm.synced"],
    ["a process", "Bun.spawn([]);", "spawn"],
  ])("%s", (_what, text, act) => {
    const [site, ...more] = findSites(new Map([["lib/sync/a.ts", text]]));
    expect(more).toEqual([]);
    expect(site?.pattern.test(act)).toBe(true);
  });

  test.each(['first(db, "SELECT 1");', 'import { openSync } from "node:fs"; openSync("x", "r");'])(
    "%s writes nothing",
    (text) => {
      expect(findSites(new Map([["lib/sync/a.ts", text]]))).toEqual([]);
    },
  );
});
