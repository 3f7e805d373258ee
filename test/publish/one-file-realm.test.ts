import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { KataCompiler, KataParser, RONIN_VERSION } from "ronin-plugin-api";
import { oneFileRealmSchema } from "../../lib/model/wire.ts";
import { buildOneFileRealm } from "../../lib/publish/one-file-realm.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";

const host = { version: RONIN_VERSION, parser: new KataParser(), compiler: new KataCompiler() };
const examples = resolve(import.meta.dir, "../../examples/katas");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realms-publish-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const build = (from: string) => buildOneFileRealm(from, { id: "examples", name: "Examples" }, host);
const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe("a realm made of kata files", () => {
  test("is a pointer that clients accept, with every source under its hash", async () => {
    const files = await build(examples);
    const pointer = oneFileRealmSchema.parse(JSON.parse(textOf(files.get("realm.json"))));
    expect(pointer.katas).toHaveLength(10);
    for (const { sourceHash, sourceBytes } of pointer.katas) {
      const source = files.get(`katas/${sourceHash}.kata`);
      expect(sha256Hex(source ?? "")).toBe(sourceHash);
      expect(source?.byteLength).toBe(sourceBytes ?? 0);
    }
    expect(files.size).toBe(11);
  });

  test("says in each row what the compiled graph says", async () => {
    const pointer = JSON.parse(textOf((await build(examples)).get("realm.json")));
    const row = pointer.katas.find(
      ({ name, version }: { name: string; version: string }) =>
        name === "finance.subscriptions" && version === "v2",
    );
    expect(row).toMatchObject({
      requiredSkills: ["local.memory.search", "local.reasoning"],
      requiredKatas: ["notify.user@v1"],
      complexity: "moderate",
      compiledWith: "1.1.1",
      releaseDate: Date.UTC(2026, 5, 18),
    });
  });

  test("has the same bytes when it is made again", async () => {
    expect(await build(examples)).toEqual(await build(examples));
  });

  test.each([
    ["does not compile", "kata a.b v1\ninitial x\nphase y\n  wait event e\n  complete\n"],
    ["has a name that cannot be published", "kata ../x v1\ninitial x\nphase x\n  wait event e\n  complete\n"],
    [
      "has a version that cannot be published",
      "kata a.b v1.2\ninitial x\nphase x\n  wait event e\n  complete\n",
    ],
    ["has wrong front matter", "# tag: x\nkata a.b v1\ninitial x\nphase x\n  wait event e\n  complete\n"],
  ])("is refused with the file's name when one %s", async (_, source) => {
    writeFileSync(join(folder, "broken.kata"), source);
    await expect(build(folder)).rejects.toThrow(/^broken\.kata cannot be published: /);
  });
});
