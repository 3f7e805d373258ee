import { expect, test } from "bun:test";
import { join } from "node:path";
import { bundle } from "../../lib/build/bundle.ts";
import { packFiles } from "../../lib/drop-in/layout.ts";

const root = join(import.meta.dir, "../..");

async function packagesOf(path: string): Promise<string[]> {
  const file = packFiles.find((one) => one.path === path);
  if (file === undefined) throw new Error(`The build has no ${path}.`);
  const { packages } = await bundle(file, { root, version: "0.0.0" });
  return [...packages.keys()].map((folder) => folder.split("/node_modules/").at(-1) ?? folder);
}

test.each(packFiles.filter(({ isLoadedByHost }) => isLoadedByHost).map(({ path }) => path))(
  "%s, which a host loads, holds nothing of TUF",
  async (path) => {
    expect((await packagesOf(path)).filter((name) => /tuf/.test(name))).toEqual([]);
  },
);

test("the command holds it, since signing and checking need it", async () => {
  expect(await packagesOf("bin/realms.js")).toContain("tuf-js");
});
