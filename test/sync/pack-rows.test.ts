import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { RealmError, type RealmErrorCode } from "../../lib/errors.ts";
import { toPackLine } from "../../lib/model/pack-row.ts";
import type { PackRow } from "../../lib/model/wire.ts";
import type { DigestedRow } from "../../lib/registry/pack-index.ts";
import { readPackRows, type SeqRange } from "../../lib/sync/pack-rows.ts";
import { draftOf } from "../support/packed-realm.ts";
import { type TempDir, tempDir } from "./fixtures.ts";

let dir: TempDir;

beforeEach(() => {
  dir = tempDir();
});

afterEach(() => dir[Symbol.dispose]());

const rowOf = (name: string, version = "v1", extra: Partial<PackRow> = {}): PackRow => ({
  ...draftOf(name, version),
  seq: 5,
  ...extra,
});

/** Reads packs of these lines; a row stands for its line. */
function read(packs: Array<Array<PackRow | string | Uint8Array>>, range: SeqRange = { from: -1, to: 9 }) {
  const files = packs.map((lines, index) => {
    const path = dir.path(String(index));
    const parts = lines.flatMap((line) => [toBytes(line), Buffer.from("\n")]);
    writeFileSync(path, Buffer.concat(parts));
    return { name: `pack${index}`, path };
  });
  return [...readPackRows(files, range)];
}

function toBytes(line: PackRow | string | Uint8Array): Uint8Array {
  if (line instanceof Uint8Array) return line;
  return Buffer.from(typeof line === "string" ? line : toPackLine(line));
}

function refused(code: RealmErrorCode, ...args: Parameters<typeof read>): RealmError {
  let rows: DigestedRow[];
  try {
    rows = read(...args);
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    expect(error.code).toBe(code);
    return error;
  }
  throw new Error(`expected a refusal, but ${rows.length} rows were read`);
}

describe("the rows of packs", () => {
  test("come with the digest of their line as it was sent, over all packs in order", () => {
    const [one, two] = [rowOf("a.one"), rowOf("a.two")];
    const spaced = `{ "extra": 1, ${toPackLine(two).slice(1)}`;
    const rows = read([[one], [spaced]]);
    expect(rows.map(({ row }) => row)).toEqual([one, two]);
    expect(rows.map(({ digest }) => Buffer.from(digest).toString("hex"))).toEqual(
      [toPackLine(one), spaced].map((line) => createHash("sha256").update(line).digest("hex")),
    );
  });

  test("are stripped of what cannot be seen, as every text of a realm is", () => {
    const [{ row } = { row: undefined }] = read([[rowOf("a.one", "v1", { description: "so\u202Efar" })]]);
    expect(row?.description).toBe("sofar");
  });

  test.each([
    ["an empty line", ""],
    ["half a row", '{"seq":5,"name":'],
    ["two rows on a line", `${toPackLine(rowOf("a.b"))} ${toPackLine(rowOf("a.c"))}`],
    ["a byte order mark", `\uFEFF${toPackLine(rowOf("a.b"))}`],
    ["bytes that are no text", Uint8Array.of(0x22, 0xff, 0x22)],
  ])("%s is not_json and named by pack and line", (_name, line) => {
    const error = refused("not_json", [[rowOf("a.a")], [line]]);
    expect(error.message).toContain("pack1, line 1");
  });

  test.each([
    ["null", "null"],
    ["a list", "[]"],
    ["the row of a realm in one file", JSON.stringify({ ...rowOf("a.b"), seq: undefined })],
    ["a row without its status", JSON.stringify({ ...rowOf("a.b"), status: undefined })],
    ["a row without its size", JSON.stringify({ ...rowOf("a.b"), sourceBytes: undefined })],
    ["a hash in capitals", toPackLine(rowOf("a.b", "v1", { sourceHash: "A".repeat(64) }))],
    ["a withdrawal without a reason", toPackLine(rowOf("a.b", "v1", { status: "withdrawn" }))],
    ["a name with a path", toPackLine(rowOf("../x"))],
    ["the name __proto__", toPackLine(rowOf("__proto__"))],
  ])("%s is invalid_document and named by pack and line", (_name, line) => {
    const error = refused("invalid_document", [[rowOf("a.a"), line]]);
    expect(error.message).toContain("pack0, line 2");
  });

  test("a line that nests deeper than eight levels is too_large, and 10,000 levels cost nothing", () => {
    const nested = (levels: number) =>
      `{"x":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)},${toPackLine(rowOf("a.b")).slice(1)}`;
    expect(read([[nested(8)]])).toHaveLength(1);
    refused("too_large", [[nested(9)]]);
    refused("too_large", [["[".repeat(8000)]]);
  });

  test("a row of 8 KiB is read, one byte more is too_large", () => {
    const padded = (bytes: number) => {
      const line = toPackLine(rowOf("a.b"));
      return `{"pad":"${"x".repeat(bytes - line.length - 9)}",${line.slice(1)}`;
    };
    expect(padded(8192)).toHaveLength(8192);
    expect(read([[padded(8192)]])).toHaveLength(1);
    refused("too_large", [[padded(8193)]]);
  });

  test.each([
    [2, true],
    [3, false],
    [7, false],
    [8, true],
  ])("with the publish number %i, of a delta from 2 to 7: refused is %p", (seq, isRefused) => {
    const row = rowOf("a.b", "v1", { seq });
    const range = { from: 2, to: 7 };
    if (isRefused) expect(refused("invalid_document", [[row]], range).message).toContain("seq");
    else expect(read([[row]], range)).toHaveLength(1);
  });

  test("a base holds what was published first, whatever number that had", () => {
    expect(read([[rowOf("a.b", "v1", { seq: 0 })]])).toHaveLength(1);
  });

  test.each([
    ["the same row twice", ["a.b v1", "a.b v1"]],
    ["names out of order", ["a.c v1", "a.b v1"]],
    ["versions out of order", ["a.b v10", "a.b v9"]],
    ["versions in the order of text", ["a.b v1", "a.b v10", "a.b v2"]],
  ])("%s is invalid_document, within a pack and across two", (_name, keys) => {
    const rows = keys.map((key) => {
      const [name = "", version] = key.split(" ");
      return rowOf(name, version);
    });
    refused("invalid_document", [rows]);
    refused("invalid_document", [rows.slice(0, -1), rows.slice(-1)]);
  });

  test("are sorted by name and then by number", () => {
    const rows = [rowOf("a-b"), rowOf("a.b", "v9"), rowOf("a.b", "v10"), rowOf("a_b"), rowOf("ab")];
    expect(read([rows.slice(0, 2), [], rows.slice(2)])).toHaveLength(5);
  });
});
