import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkRealm, type RealmCheck } from "../../lib/publish/check/check-realm.ts";
import { createFolderReader } from "../../lib/publish/realm-reader.ts";
import { baseLines, editPointer, forgeBase, forgeRow, forgeSource, removeFile, writePack } from "./forge.ts";
import { createHost, kata, makeRealmFolder, type RealmFolder } from "./realm-folder.ts";

const head = "# description: Does it.\n# tags: x\n# license: MIT\n";
let folder: RealmFolder;
beforeEach(async () => {
  folder = makeRealmFolder();
  folder.put("one.kata", kata("acme.one", "v1", head));
  await folder.build();
  folder.put("two.kata", kata("acme.two", "v1", head));
  await folder.build();
});
afterEach(() => folder[Symbol.dispose]());

function check(): Promise<RealmCheck> {
  const reader = createFolderReader(folder.site);
  return checkRealm(reader, {
    reader,
    host: createHost(),
    now: folder.now,
    onProgress: () => {},
    signal: new AbortController().signal,
  });
}

const base = () => `packs/${folder.pointer().base[0]?.sha256}.ndjson.gz`;
const delta = () => `packs/${folder.pointer().deltas[0]?.sha256}.ndjson.gz`;
const source = (name: string) => `katas/${folder.rows().find((row) => row.name === name)?.sourceHash}.kata`;
const replace = (path: string, bytes: string | Uint8Array) => writeFileSync(join(folder.site, path), bytes);
const setRef = (field: string, value: unknown) => (pointer: Record<string, unknown>) => {
  for (const ref of pointer.base as Array<Record<string, unknown>>) ref[field] = value;
};

/** Damage that leaves everything else as it should be, so that one check alone can say no. */
const damages: ReadonlyArray<[situation: string, code: string, file: RegExp, damage: () => unknown]> = [
  ["there is no pointer", "not_found", /^realm\.json$/, () => removeFile(folder, "realm.json")],
  ["the pointer is not JSON", "not_json", /^realm\.json$/, () => replace("realm.json", "<html>")],
  ["the pointer is empty", "not_json", /^realm\.json$/, () => replace("realm.json", "")],
  [
    "the pointer is larger than 64 KiB",
    "too_large",
    /^realm\.json$/,
    () => replace("realm.json", `${folder.read("realm.json")}${" ".repeat(65_536)}`),
  ],
  [
    "the pointer nests too deep",
    "too_large",
    /^realm\.json$/,
    () => editPointer(folder, (pointer) => (pointer.extra = [[[[[[[[1]]]]]]]])),
  ],
  [
    "the pointer is of another format",
    "unsupported_format",
    /^realm\.json$/,
    () => editPointer(folder, (pointer) => (pointer.format = 2)),
  ],
  [
    "the pointer lacks its state",
    "invalid_document",
    /^realm\.json$/,
    () => editPointer(folder, (pointer) => delete pointer.state),
  ],
  [
    "the publish number is no number",
    "invalid_document",
    /^realm\.json$/,
    () => editPointer(folder, (pointer) => (pointer.seq = "2")),
  ],
  [
    "a delta leads from where the realm is",
    "invalid_document",
    /^realm\.json$/,
    () => editPointer(folder, (pointer) => Object.assign((pointer.deltas as object[])[0] ?? {}, { from: 2 })),
  ],
  [
    "a pack would inflate a hundredfold",
    "too_large",
    /^realm\.json$/,
    () => editPointer(folder, setRef("rawBytes", 1_000_000)),
  ],
  ["the base is gone", "pack_missing", /^packs\//, () => removeFile(folder, base())],
  ["a delta is gone", "pack_missing", /^packs\//, () => removeFile(folder, delta())],
  [
    "one bit of the base is another",
    "pack_hash",
    /^packs\//,
    () => replace(base(), flip(folder.read(base()))),
  ],
  [
    "the base was cut off",
    "pack_size",
    /^packs\//,
    () => replace(base(), folder.read(base()).subarray(0, -1)),
  ],
  [
    "the base inflates to one byte more",
    "pack_raw_size",
    /^packs\//,
    () =>
      editPointer(folder, (pointer) =>
        setRef("rawBytes", Number(folder.pointer().base[0]?.rawBytes) - 1)(pointer),
      ),
  ],
  [
    "the base holds another number of rows",
    "row_count",
    /^packs\//,
    () =>
      editPointer(folder, (pointer) =>
        Object.assign(pointer, { rows: 3, base: [{ ...folder.pointer().base[0], rows: 3 }] }),
      ),
  ],
  [
    "a line is no JSON",
    "not_json",
    /^packs\//,
    () => forgeBase(folder, ["{", ...baseLines(folder).slice(1)]),
  ],
  [
    "a row has a name that cannot be",
    "invalid_document",
    /^packs\//,
    () => forgeRow(folder, "acme.one@v1", (row) => (row.name = "../x")),
  ],
  [
    "a row is withdrawn without a reason",
    "invalid_document",
    /^packs\//,
    () => forgeRow(folder, "acme.one@v1", (row) => (row.status = "withdrawn")),
  ],
  [
    "a row is from a later publish",
    "invalid_document",
    /^packs\//,
    () => forgeRow(folder, "acme.two@v1", (row) => (row.seq = 3)),
  ],
  [
    "a row is from no publish",
    "invalid_document",
    /^packs\//,
    () => forgeRow(folder, "acme.one@v1", (row) => (row.seq = 0)),
  ],
  [
    "a row is larger than 8 KiB",
    "too_large",
    /^packs\//,
    () => forgeRow(folder, "acme.one@v1", (row) => Object.assign(row, { extra: "x".repeat(8192) })),
  ],
  [
    "a row nests too deep",
    "too_large",
    /^packs\//,
    () => forgeRow(folder, "acme.one@v1", (row) => Object.assign(row, { extra: [[[[[[[[1]]]]]]]] })),
  ],
  [
    "a row stands there twice",
    "row_repeated",
    /^packs\//,
    () => forgeBase(folder, [baseLines(folder)[0] ?? "", ...baseLines(folder)]),
  ],
  [
    "the state is another",
    "state_mismatch",
    /^realm\.json$/,
    () => editPointer(folder, (pointer) => (pointer.state = "0".repeat(64))),
  ],
  ["a delta lacks a row", "delta_differs", /^packs\//, () => setDelta([])],
  ["a delta holds a row too many", "delta_differs", /^packs\//, () => setDelta(baseLines(folder))],
  [
    "a delta holds a row twice",
    "delta_differs",
    /^packs\//,
    () =>
      setDelta(
        baseLines(folder)
          .slice(1)
          .flatMap((line) => [line, line]),
      ),
  ],
  [
    "a delta says something else of a row",
    "delta_differs",
    /^packs\//,
    () => setDelta([(baseLines(folder)[1] ?? "").replace("Does it", "Did it")]),
  ],
  ["a source is gone", "not_found", /^katas\//, () => removeFile(folder, source("acme.one"))],
  [
    "one bit of a source is another",
    "source_hash_mismatch",
    /^katas\//,
    () => replace(source("acme.one"), flip(folder.read(source("acme.one")))),
  ],
  [
    "a source is larger than 256 KiB",
    "too_large",
    /^katas\//,
    () => replace(source("acme.one"), "#".repeat(256 * 1024 + 1)),
  ],
  [
    "a source is no text",
    "source_not_text",
    /^katas\//,
    () => forgeSource(folder, "acme.one@v1", new Uint8Array([0xff])),
  ],
  [
    "a source has another size than its row says",
    "invalid_document",
    /^katas\//,
    () => forgeRow(folder, "acme.one@v1", (row) => (row.sourceBytes = 1)),
  ],
  [
    "a source does not compile",
    "compile_failed",
    /^katas\//,
    () => forgeSource(folder, "acme.one@v1", Buffer.from("kata")),
  ],
  [
    "the compiled graph is another",
    "compiled_hash_mismatch",
    /^katas\//,
    () => forgeRow(folder, "acme.one@v1", (row) => (row.compiledHash = "0".repeat(64))),
  ],
  [
    "the source has another name",
    "name_mismatch",
    /^katas\//,
    () => forgeRow(folder, "acme.one@v1", (row) => (row.name = "acme.other")),
  ],
  [
    "the source has another version",
    "version_mismatch",
    /^katas\//,
    () => forgeRow(folder, "acme.one@v1", (row) => (row.version = "v2")),
  ],
  [
    "the row leaves out a skill",
    "skills_mismatch",
    /^katas\//,
    () => forgeRow(folder, "acme.one@v1", (row) => (row.requiredSkills = [])),
  ],
  [
    "the row adds a kata",
    "katas_mismatch",
    /^katas\//,
    () => forgeRow(folder, "acme.one@v1", (row) => (row.requiredKatas = ["acme.two@v1"])),
  ],
  [
    "a root is named and there is none",
    "metadata_missing",
    /^metadata\/1\.root\.json$/,
    () => editPointer(folder, (pointer) => (pointer.root = "0".repeat(64))),
  ],
];

describe("a check finds, and finds nothing else, when", () => {
  test.each(damages)("%s", async (_situation, code, file, damage) => {
    expect(await check()).toMatchObject({ errors: [], warnings: [] });
    damage();
    const { errors } = await check();
    expect(errors.map((error) => error.code)).toEqual([code]);
    expect(errors[0]?.file).toMatch(file);
    expect(errors[0]?.found).not.toBe("");
    expect(errors[0]?.expected).not.toBe("");
  });
});

describe("a check", () => {
  test("goes on behind a broken source and names every other one", async () => {
    removeFile(folder, source("acme.one"));
    replace(source("acme.two"), "other");
    const { errors } = await check();
    expect(errors.map(({ code }) => code)).toEqual(["not_found", "source_hash_mismatch"]);
  });

  test("reports metadata that is none, and a root that is another than the pointer names", async () => {
    editPointer(folder, (pointer) => (pointer.root = "0".repeat(64)));
    mkdirSync(join(folder.site, "metadata"));
    replace("metadata/1.root.json", "{}");
    const { errors, summary } = await check();
    expect(errors.map(({ code }) => code)).toContain("root_mismatch");
    expect(errors.some(({ file }) => file === "metadata/timestamp.json")).toBe(true);
    expect(summary?.signatures.trust).toBe("signed");
  });

  test("ends when it is interrupted", async () => {
    const reader = createFolderReader(folder.site);
    const checking = checkRealm(reader, {
      reader,
      host: createHost(),
      now: folder.now,
      onProgress: () => {},
      signal: AbortSignal.abort(),
    });
    await expect(checking).rejects.toMatchObject({ name: "AbortError" });
  });
});

function setDelta(lines: readonly string[]): void {
  const { sha256, bytes, rawBytes } = writePack(folder, lines);
  editPointer(folder, (pointer) => (pointer.deltas = [{ from: 1, sha256, bytes, rawBytes }]));
}

function flip(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[30] = (changed[30] ?? 0) ^ 1;
  return changed;
}
