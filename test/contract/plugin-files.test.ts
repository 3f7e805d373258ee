import { describe, expect, test } from "bun:test";
import { host } from "./hosts.ts";

const choose = (...files: string[]) => host.choosePluginFiles(files.map((file) => `/home/u/plugins/${file}`));
const at = (file: string) => `/home/u/plugins/${file}`;

describe("the file that is a plugin", () => {
  test("is the first candidate of its folder, so a helper may come before the index", () => {
    expect(choose("realms/db.ts", "realms/index.ts")).toEqual([at("realms/db.ts")]);
    expect(choose("realms/index.ts", "realms/db.ts")).toEqual([at("realms/index.ts")]);
  });

  test("is the last one under dist, whatever came before", () => {
    expect(choose("realms/dist/a.js", "realms/dist/b.js", "realms/index.ts")).toEqual([
      at("realms/dist/b.js"),
    ]);
    expect(choose("realms/index.ts", "other.ts", "realms/dist/a.js")).toEqual([
      at("realms/dist/a.js"),
      at("other.ts"),
    ]);
  });

  test("is any TypeScript file, any index, and no other JavaScript", () => {
    expect(choose("a.ts", "b/deep/er/c.ts", "d/index.js", "e.d.ts")).toEqual(
      ["a.ts", "b/deep/er/c.ts", "d/index.js", "e.d.ts"].map(at),
    );
    expect(choose("realms.js", "realms/other.js", "realms/index.mjs", "realms/x.tsx")).toEqual([]);
  });

  test("is nothing below src but an index", () => {
    expect(choose("a/src/x.ts", "b/src/dist/x.js", "c/dist/src/x.js")).toEqual([]);
    expect(choose("a/src/index.js")).toEqual([at("a/src/index.js")]);
  });

  test("is lost with its whole plugin when a test file wins", () => {
    expect(choose("realms/realms.test.ts", "realms/index.ts", "other.ts")).toEqual([at("other.ts")]);
  });

  test("of a project goes before one of the same key in the home", () => {
    const files = ["/project/plugins/git/index.ts", "/home/u/plugins/git/index.ts"];
    expect(host.choosePluginFiles(files)).toEqual(["/project/plugins/git/index.ts"]);
  });

  test("has its extension in the key, so a file and a folder of one name are two plugins", () => {
    expect(choose("realms.ts", "realms/index.ts")).toEqual(["realms.ts", "realms/index.ts"].map(at));
  });

  test("is one for all when the home itself lies in a folder named plugins", () => {
    const files = ["/data/plugins/u/.ronin/plugins/a.ts", "/data/plugins/u/.ronin/plugins/b.ts"];
    expect(host.choosePluginFiles(files)).toEqual(["/data/plugins/u/.ronin/plugins/a.ts"]);
  });

  test("is none in a folder of another name", () => {
    expect(host.choosePluginFiles(["/home/u/extensions/a.ts"])).toEqual([]);
  });
});
