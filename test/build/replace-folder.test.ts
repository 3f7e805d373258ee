import { expect, test } from "bun:test";
import { join } from "node:path";
import { replaceFolder } from "../../lib/build/replace-folder.ts";
import { listFiles } from "../../lib/drop-in/disk.ts";
import { makeFolder, write } from "./fake-dist.ts";

test("a folder takes the place of one that holds other files", () => {
  using folder = makeFolder();
  write(join(folder.path, "dist/old.js"), "");
  write(join(folder.path, "staged/new.js"), "");
  replaceFolder(join(folder.path, "staged"), join(folder.path, "dist"));
  expect(listFiles(folder.path)).toEqual(["dist/new.js"]);
});

test("a folder takes a place where nothing was", () => {
  using folder = makeFolder();
  write(join(folder.path, "staged/new.js"), "");
  replaceFolder(join(folder.path, "staged"), join(folder.path, "dist"));
  expect(listFiles(folder.path)).toEqual(["dist/new.js"]);
});

test("the old folder goes back when the new one cannot take its place", () => {
  using folder = makeFolder();
  write(join(folder.path, "dist/old.js"), "");
  expect(() => replaceFolder(join(folder.path, "gone"), join(folder.path, "dist"))).toThrow("ENOENT");
  expect(listFiles(folder.path)).toEqual(["dist/old.js"]);
});
