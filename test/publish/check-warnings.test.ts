import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkRealm, type RealmCheck } from "../../lib/publish/check/check-realm.ts";
import { readKata } from "../../lib/publish/kata-file.ts";
import { createFolderReader } from "../../lib/publish/realm-reader.ts";
import { baseLines, editPointer, forgeBase, forgeRow, removeFile } from "./forge.ts";
import { createHost, HOUR, kata, makeRealmFolder, type RealmFolder } from "./realm-folder.ts";

const examples = resolve(import.meta.dir, "../../examples/katas");
const head = "# description: Does it.\n# tags: x\n# license: MIT\n";
let folder: RealmFolder;
beforeEach(async () => {
  folder = makeRealmFolder();
  folder.put("one.kata", kata("acme.one", "v1", head));
  folder.put("two.kata", kata("acme.two", "v1", head));
  await folder.build();
});
afterEach(() => folder[Symbol.dispose]());

function check(site = folder.site, now = folder.now): Promise<RealmCheck> {
  const reader = createFolderReader(site);
  const signal = new AbortController().signal;
  return checkRealm(reader, { reader, host: createHost(), now, onProgress: () => {}, signal });
}

const needing = (ref: string) =>
  kata("acme.user", "v1", head).replace("requires", `requires kata ${ref}\nrequires`);

describe("a check warns, without an error, when", () => {
  test.each<[situation: string, code: string, found: RegExp, change: () => unknown]>([
    [
      "versions have no description",
      "missing_description",
      /^2 versions.*acme\.bare@v1, acme\.bare@v2$/,
      () => {
        folder.put("bare-v1.kata", kata("acme.bare", "v1", "# tags: x\n# license: MIT\n"));
        folder.put("bare-v2.kata", kata("acme.bare", "v2", "# tags: x\n# license: MIT\n"));
        return folder.build();
      },
    ],
    [
      "a version has no tags",
      "missing_tags",
      /acme\.bare@v1/,
      () => {
        folder.put("bare.kata", kata("acme.bare", "v1", "# description: x\n# license: MIT\n"));
        return folder.build();
      },
    ],
    [
      "a version has no licence",
      "missing_licence",
      /acme\.bare@v1/,
      () => {
        folder.put("bare.kata", kata("acme.bare", "v1", "# description: x\n# tags: x\n"));
        return folder.build();
      },
    ],
    [
      "a version is deprecated without a reason",
      "status_without_reason",
      /acme\.one@v1/,
      () => forgeRow(folder, "acme.one@v1", (row) => (row.status = "deprecated")),
    ],
    [
      "a version needs a kata that is not there",
      "required_kata_missing",
      /acme\.user@v1/,
      () => {
        folder.put("user.kata", needing("acme.gone v1"));
        return folder.build();
      },
    ],
    [
      "a version needs a kata that was withdrawn",
      "required_kata_withdrawn",
      /acme\.user@v1/,
      async () => {
        folder.put("user.kata", needing("acme.one v1"));
        await folder.build();
        await folder.end({ kata: "acme.one@v1", status: "withdrawn", reason: "Unsafe" });
      },
    ],
    [
      "a version is replaced by one that is not there",
      "replacement_missing",
      /acme\.one@v1/,
      () =>
        forgeRow(folder, "acme.one@v1", (row) =>
          Object.assign(row, { status: "withdrawn", reason: "x", replacedBy: "acme:acme.gone@v1" }),
        ),
    ],
    [
      "rows are not sorted",
      "not_sorted",
      /acme\.one@v1/,
      () => forgeBase(folder, baseLines(folder).reverse()),
    ],
    [
      "a text hides characters",
      "hidden_characters",
      /1 row/,
      () => forgeRow(folder, "acme.one@v1", (row) => (row.description = "Does\u202e it")),
    ],
    ["there is no 404 page", "no_not_found_page", /no such file/, () => removeFile(folder, "404.html")],
    [
      "it was issued tomorrow",
      "issued_in_the_future",
      /^issued /,
      () =>
        editPointer(folder, (pointer) => (pointer.issued = new Date(folder.now + 24 * HOUR).toISOString())),
    ],
    [
      "another compiler made another graph",
      "another_compiler",
      /1 version.*1\.0\.9.*1\.1\.1/,
      () =>
        forgeRow(folder, "acme.one@v1", (row) =>
          Object.assign(row, { compiledWith: "1.0.9", compiledHash: "0".repeat(64) }),
        ),
    ],
  ])("%s", async (_situation, code, found, change) => {
    expect(await check()).toMatchObject({ errors: [], warnings: [] });
    await change();
    const { errors, warnings } = await check();
    expect(errors).toEqual([]);
    expect(warnings.map((warning) => warning.code)).toEqual([code]);
    expect(warnings[0]?.found).toMatch(found);
  });

  test("names look alike, which no build would have let through", async () => {
    folder.put("three.kata", kata("acme.on-e.x", "v1", head));
    await folder.build();
    forgeRow(folder, "acme.on-e.x@v1", (row) => (row.name = "acme.o_ne"));
    const { warnings } = await check();
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: "lookalike_names", found: "acme.o_ne, acme.one" }),
    );
  });

  test("not for what is withdrawn and asks for nothing any more", async () => {
    folder.put("bare.kata", kata("acme.bare", "v1"));
    await folder.build();
    await folder.end({ kata: "acme.bare@v1", status: "withdrawn", reason: "Unsafe" });
    expect((await check()).warnings).toEqual([]);
  });
});

describe("a check tells", () => {
  test("counts, newest, what ended, sizes, compilers and age", async () => {
    folder.put("two-v2.kata", kata("acme.two", "v2", `${head}# released: 2030-01-01\n`));
    await folder.build();
    await folder.end({ kata: "acme.two@v1", status: "deprecated", reason: "Old" });
    const { summary } = await check();
    expect(summary).toEqual({
      realm: "acme",
      name: "Acme",
      notice: undefined,
      form: "packed",
      seq: 3,
      issuedAt: folder.now,
      signatures: { trust: "unsigned" },
      katas: 2,
      versions: 3,
      active: 2,
      deprecated: 1,
      withdrawn: 0,
      newest: [
        { kata: "acme.two@v2", releaseDate: Date.UTC(2030, 0, 1) },
        { kata: "acme.one@v1", releaseDate: expect.any(Number) },
        { kata: "acme.two@v1", releaseDate: expect.any(Number) },
      ],
      ended: [{ kata: "acme.two@v1", status: "deprecated", reason: "Old" }],
      compiledWith: { "1.1.1": 3 },
      bytes: {
        pointer: folder.read("realm.json").byteLength,
        base: folder.pointer().base[0]?.bytes as number,
        rawBase: folder.pointer().base[0]?.rawBytes as number,
        deltas: folder.pointer().deltas.map(({ bytes }) => bytes),
        sources: folder.rows().reduce((sum, { sourceBytes }) => sum + sourceBytes, 0),
      },
    });
  });

  test("the same of a realm that was written by hand", async () => {
    const site = join(folder.path, "by-hand");
    mkdirSync(join(site, "katas"), { recursive: true });
    const katas = readdirSync(examples).map((file) => {
      const source = readFileSync(join(examples, file), "utf8");
      const { metadata } = readKata(source, createHost());
      writeFileSync(join(site, `katas/${metadata.sourceHash}.kata`), source);
      return metadata;
    });
    writeFileSync(join(site, "realm.json"), JSON.stringify({ format: 1, realm: "examples", katas }));
    const { errors, warnings, summary } = await check(site);
    expect(errors).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(["no_not_found_page"]);
    expect(summary).toMatchObject({ form: "one-file", realm: "examples", katas: 7, versions: 10 });
  });

  test("the same of the plainest one, an index.json", async () => {
    const site = join(folder.path, "plain");
    mkdirSync(site);
    writeFileSync(join(site, "index.json"), '{"katas":[]}');
    expect(await check(site)).toMatchObject({ errors: [], summary: { form: "one-file", versions: 0 } });
  });
});
