import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishKatas } from "../../lib/publish/build-realm.ts";
import { toKataSource } from "../../lib/publish/find-kata-files.ts";
import { type Problem, PublishError, type PublishErrorCode } from "../../lib/publish/publish-error.ts";
import {
  changedFiles,
  createHost,
  HOUR,
  kata,
  makeRealmFolder,
  type RealmFolder,
  snapshot,
} from "./realm-folder.ts";

let folder: RealmFolder;
beforeEach(async () => {
  folder = makeRealmFolder();
  folder.put("kept.kata", kata("acme.kept", "v1"));
  await folder.build();
});
afterEach(() => folder[Symbol.dispose]());

/** Runs what must be refused; nothing of the realm may change by it. */
async function refused(act: () => Promise<unknown>): Promise<readonly Problem[]> {
  const before = snapshot(folder.site);
  const thrown = await act().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(PublishError);
  expect(changedFiles(before, snapshot(folder.site))).toEqual([]);
  const { problems, code } = thrown as PublishError;
  expect(code).toBe(problems[0]?.code as PublishErrorCode);
  return problems;
}

const skills = (count: number, length: number) =>
  Array.from({ length: count }, (_, index) => `requires skill ${`s${index}`.padEnd(length, "x")}`).join("\n");

test("a text that is in no file is refused by the same rules, its size among them", async () => {
  const large = toKataSource("a.b@v1", `# ${"x".repeat(256 * 1024)}\n${kata("a.b", "v1")}`);
  const broken = toKataSource("acme.kept@v1", "kata acme.kept");
  const problems = await refused(() =>
    publishKatas(
      { out: folder.site, now: folder.now },
      async () => ({ sources: [large, broken], problems: [] }),
      { host: createHost(), onProgress: () => {}, signal: new AbortController().signal },
    ),
  );
  expect(problems).toMatchObject([
    { code: "source_too_large", file: "a.b@v1" },
    { code: "does_not_compile", file: "acme.kept@v1" },
  ]);
});

describe("a kata file is refused, with its name, what was found and what would do, when it", () => {
  test.each<[situation: string, code: PublishErrorCode, source: string | Uint8Array, found: RegExp]>([
    ["does not compile", "does_not_compile", "kata a.b v1\ninitial x\nphase y\n  complete\n", /line 4/],
    ["is empty", "does_not_compile", "", /kata/],
    ["is no UTF-8", "not_utf8", new Uint8Array([0x6b, 0xff]), /no UTF-8/],
    ["is too large", "source_too_large", `# ${"x".repeat(256 * 1024)}\n${kata("a.b", "v1")}`, /2\d{5} bytes/],
    ["has a field that there is not", "front_matter", kata("a.b", "v1", "# tag: x\n"), /line 1.*tag/],
    ["has a field that does not fit", "front_matter", kata("a.b", "v1", "\n# complexity: hard\n"), /line 2/],
    ["has an upper-case name", "name_refused", kata("A.b", "v1"), /name/],
    ["has a path for a name", "name_refused", kata("../x", "v1"), /name/],
    ["has a name of 65 characters", "name_refused", kata("a".repeat(65), "v1"), /name/],
    ["has a name with a part that ends in _v and digits", "name_refused", kata("a_v2.b", "v1"), /name/],
    [
      "has a word of the kata language for a name",
      "does_not_compile",
      kata("phase", "v1"),
      /phase|name|identifier/i,
    ],
    ["has version 1.2", "version_refused", kata("a.b", "v1.2"), /version/],
    ["has version v0", "version_refused", kata("a.b", "v0"), /version/],
    ["has version v1000000", "version_refused", kata("a.b", "v1000000"), /version/],
    [
      "requires a kata without a version",
      "metadata_refused",
      kata("a.b", "v1").replace("requires", "requires kata x\nrequires"),
      /requiredKatas/,
    ],
    [
      "requires 65 skills",
      "metadata_refused",
      kata("a.b", "v1").replace("requires skill a.b", `requires skill a.b\n${skills(64, 4)}`),
      /requiredSkills/,
    ],
    [
      "has a row over 8 KiB",
      "row_too_large",
      kata("a.b", "v1").replace("requires skill a.b", `requires skill a.b\n${skills(63, 128)}`),
      /\d{4} bytes/,
    ],
    [
      "hides a zero-width space in a field",
      "hidden_character",
      kata("a.b", "v1", "# tags: fin\u200bance\n"),
      /U\+200B at line 1, column 12/,
    ],
    [
      "hides a bidirectional override in a comment",
      "hidden_character",
      kata("a.b", "v1", "# x\n# safe\u202e\n"),
      /U\+202E at line 2, column 7/,
    ],
    [
      "hides an escape sequence in its body",
      "hidden_character",
      kata("a.b", "v1", "", "  run skill a.b\u001b[2K\n  complete\n"),
      /U\+001B/,
    ],
    ["hides a variation selector", "hidden_character", kata("a.b", "v1", "# x\ufe0f\n"), /U\+FE0F/],
    ["hides a tag character", "hidden_character", kata("a.b", "v1", "# x\u{e0041}\n"), /U\+E0041/],
    [
      "begins with a byte order mark",
      "hidden_character",
      `\ufeff${kata("a.b", "v1")}`,
      /U\+FEFF at line 1, column 1/,
    ],
    ["has a lone carriage return", "hidden_character", kata("a.b", "v1", "# x\r# y\n"), /U\+000D/],
    [
      "differs from a published name only in _",
      "lookalike_name",
      kata("acme.ke_pt", "v1"),
      /acme\.ke_pt.*acme\.kept/,
    ],
    [
      "differs from a published name only in -",
      "lookalike_name",
      kata("acme.k-ept", "v2"),
      /acme\.k-ept.*acme\.kept/,
    ],
  ])("%s", async (_situation, code, source, found) => {
    folder.put("deep/wrong.kata", source);
    const problems = await refused(() => folder.build());
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code, file: "deep/wrong.kata" });
    expect(problems[0]?.found).toMatch(found);
    expect(problems[0]?.expected).not.toBe("");
  });

  test("is a published version with other bytes, and the message says which version is free", async () => {
    folder.put("v7.kata", kata("acme.kept", "v7"));
    await folder.build();
    folder.put("kept.kata", kata("acme.kept", "v1", "# Other.\n"));
    const [problem] = await refused(() => folder.build());
    expect(problem).toMatchObject({ code: "published_before", file: "kept.kata" });
    expect(problem?.expected).toContain(folder.rows()[0]?.sourceHash ?? "no row");
    expect(problem?.expected).toContain("v8");
  });

  test("is a link, which could lead out of the folder", async () => {
    writeFileSync(join(folder.path, "outside"), kata("a.b", "v1"));
    symlinkSync(join(folder.path, "outside"), join(folder.katas, "link.kata"));
    expect(await refused(() => folder.build())).toMatchObject([{ code: "not_a_file", file: "link.kata" }]);
  });

  test("holds a version that another file holds too, with the same bytes or with others", async () => {
    folder.put("one.kata", kata("a.b", "v1"));
    folder.put("two.kata", kata("a.b", "v1", "# Other.\n"));
    folder.put("same.kata", kata("acme.kept", "v1"));
    expect(await refused(() => folder.build())).toMatchObject([
      { code: "duplicate_version", file: "same.kata", found: expect.stringContaining("kept.kata") },
      { code: "duplicate_version", file: "two.kata", found: expect.stringContaining("one.kata") },
    ]);
  });

  test("looks like another new one", async () => {
    folder.put("one.kata", kata("x.a-b", "v1"));
    folder.put("two.kata", kata("x.a_b", "v1"));
    expect(await refused(() => folder.build())).toMatchObject([{ code: "lookalike_name", file: "two.kata" }]);
  });
});

test("all problems of all files are told at once, in the files' order", async () => {
  folder.put("b.kata", "");
  folder.put("a.kata", kata("A", "v1"));
  folder.put("c.kata", kata("a.c", "v1"));
  const problems = await refused(() => folder.build());
  expect(problems.map(({ file, code }) => [file, code])).toEqual([
    ["a.kata", "name_refused"],
    ["b.kata", "does_not_compile"],
  ]);
});

test("windows line ends and a tab are no hidden characters", async () => {
  folder.put("crlf.kata", kata("a.b", "v1", "# tags:\tx\n").replaceAll("\n", "\r\n"));
  expect(await folder.build()).toMatchObject({ added: ["a.b@v1"] });
});

test("two versions of one name do not look alike", async () => {
  folder.put("v2.kata", kata("acme.kept", "v2"));
  expect(await folder.build()).toMatchObject({ added: ["acme.kept@v2"] });
});

describe("a build is refused when", () => {
  test.each<[situation: string, code: PublishErrorCode, file: string, act: () => Promise<unknown>]>([
    [
      "there is no kata",
      "no_katas",
      "/empty",
      () => {
        mkdirSync(join(folder.path, "empty"));
        return folder.build({ katas: join(folder.path, "empty") });
      },
    ],
    [
      "the katas lie in the realm's folder",
      "output_refused",
      "--out",
      () => folder.build({ out: folder.path }),
    ],
    [
      "a new realm has no id",
      "realm_id_missing",
      "--realm",
      () => folder.build({ realm: undefined, out: join(folder.path, "new") }),
    ],
    [
      "the id cannot be used",
      "realm_id_refused",
      "--realm",
      () => folder.build({ realm: "Acme Inc", out: join(folder.path, "new") }),
    ],
    ["the folder is another realm", "wrong_realm", "realm.json", () => folder.build({ realm: "other" })],
    ["the name hides characters", "hidden_character", "--name", () => folder.build({ name: "Ac\u202eme" })],
    ["the name has two lines", "hidden_character", "--name", () => folder.build({ name: "Ac\nme" })],
    ["the name is too long", "text_too_long", "--name", () => folder.build({ name: "x".repeat(81) })],
    ["the notice is too long", "text_too_long", "--notice", () => folder.build({ notice: "x".repeat(281) })],
    [
      "the clock is behind the last publish",
      "clock_behind",
      "realm.json",
      () => {
        folder.put("new.kata", kata("a.b", "v1"));
        return folder.build({ now: folder.now - HOUR });
      },
    ],
  ])("%s", async (_situation, code, file, act) => {
    const [problem] = await refused(act);
    expect(problem?.code).toBe(code);
    expect(problem?.file).toEndWith(file);
  });

  test.each<[situation: string, code: PublishErrorCode, damage: () => void]>([
    ["realm.json is cut off", "folder_damaged", () => writeFileSync(join(folder.site, "realm.json"), "{")],
    [
      "realm.json lacks a field",
      "folder_damaged",
      () => edit((pointer) => Reflect.deleteProperty(pointer, "state")),
    ],
    [
      "realm.json has another state",
      "folder_damaged",
      () => edit((pointer) => Object.assign(pointer, { state: "0".repeat(64) })),
    ],
    [
      "realm.json has another row count",
      "folder_damaged",
      () => edit((pointer) => Object.assign(pointer, { rows: 2 })),
    ],
    [
      "realm.json was written by hand",
      "not_packed",
      () => writeFileSync(join(folder.site, "realm.json"), '{"format":1,"katas":[]}'),
    ],
    ["the base is gone", "folder_damaged", () => rmSync(join(folder.site, basePath()))],
    [
      "the base was changed",
      "folder_damaged",
      () => writeFileSync(join(folder.site, basePath()), flip(folder.read(basePath()))),
    ],
    [
      "a source is gone from the realm and from the katas",
      "folder_damaged",
      () => {
        rmSync(join(folder.site, "katas"), { recursive: true });
        rmSync(join(folder.katas, "kept.kata"));
        folder.put("new.kata", kata("a.b", "v1"));
      },
    ],
    [
      "the first root was exchanged",
      "root_changed",
      () => {
        edit((pointer) => Object.assign(pointer, { root: "0".repeat(64) }));
        mkdirSync(join(folder.site, "metadata"));
        writeFileSync(join(folder.site, "metadata/1.root.json"), "{}");
      },
    ],
  ])("%s", async (_situation, code, damage) => {
    damage();
    const [problem] = await refused(() => folder.build());
    expect(problem?.code).toBe(code);
  });

  test("another build published in between, even the same katas", async () => {
    folder.put("new.kata", kata("a.b", "v1"));
    const other = join(folder.path, "other");
    cpSync(folder.site, other, { recursive: true });
    await folder.build({ out: other });
    let isOvertaken = false;
    const build = folder.build(
      {},
      {
        onWrite() {
          if (!isOvertaken) cpSync(join(other, "realm.json"), join(folder.site, "realm.json"));
          isOvertaken = true;
        },
      },
    );
    await expect(build).rejects.toMatchObject({ code: "changed_meanwhile" });
    expect(folder.read("realm.json").equals(await Bun.file(join(other, "realm.json")).bytes())).toBe(true);
  });

  function basePath(): string {
    return `packs/${folder.pointer().base[0]?.sha256}.ndjson.gz`;
  }

  function edit(change: (pointer: object) => unknown): void {
    const pointer = JSON.parse(folder.read("realm.json").toString());
    change(pointer);
    writeFileSync(join(folder.site, "realm.json"), JSON.stringify(pointer));
  }

  function flip(bytes: Buffer): Buffer {
    const changed = Buffer.from(bytes);
    changed[20] = (changed[20] ?? 0) ^ 1;
    return changed;
  }
});
