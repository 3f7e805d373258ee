import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { openScratch } from "../../lib/sync/scratch.ts";
import { type TempDir, tempDir } from "./fixtures.ts";

let dir: TempDir;

beforeEach(() => {
  dir = tempDir();
});

afterEach(() => dir[Symbol.dispose]());

describe("the scratch folder", () => {
  test("lies beside the index, is made with the first file only, and goes with all that is in it", () => {
    const scratch = openScratch(dir.path("index.db"));
    expect(existsSync(dir.path("index.db.packs"))).toBe(false);
    const [one, two] = [scratch.newFile(), scratch.newFile()];
    expect(dirname(one)).toBe(dir.path("index.db.packs"));
    expect(two).not.toBe(one);
    expect(statSync(dirname(one)).mode & 0o777).toBe(0o700);
    writeFileSync(one, "x");
    scratch[Symbol.dispose]();
    expect(existsSync(dir.path("index.db.packs"))).toBe(false);
  });

  test("that a killed sync left behind goes with the next one", () => {
    mkdirSync(dir.path("index.db.packs"));
    writeFileSync(dir.path("index.db.packs/left"), "x");
    writeFileSync(dir.path("index.db"), "kept");
    using _ = openScratch(dir.path("index.db"));
    expect(existsSync(dir.path("index.db.packs"))).toBe(false);
    expect(existsSync(dir.path("index.db"))).toBe(true);
  });
});
