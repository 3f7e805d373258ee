import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { RealmError } from "../../lib/errors.ts";
import { readPackLines } from "../../lib/sync/pack-lines.ts";
import { codeOf } from "../support/throws.ts";
import { type TempDir, tempDir } from "./fixtures.ts";

const MAX_LINE_BYTES = 8192;

let dir: TempDir;
let path: string;

beforeEach(() => {
  dir = tempDir();
  path = dir.path("pack");
});

afterEach(() => dir[Symbol.dispose]());

function read(text: string, maxLineBytes = MAX_LINE_BYTES): string[] {
  writeFileSync(path, text);
  const decoder = new TextDecoder();
  return [...readPackLines({ name: "abc…", path }, maxLineBytes).map((line) => decoder.decode(line))];
}

/** Whether this process has the file open. Where the system cannot tell, nobody can. */
function isOpen(): boolean {
  const folder = "/proc/self/fd";
  return readdirSync(folder).some((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`) === path;
    } catch {
      // The entry of the look itself is gone by now.
      return false;
    }
  });
}

describe("the lines of a pack", () => {
  test("are those that were written, wherever the file is cut into chunks", () => {
    // Long lines, so that some of them lie across the ends of chunks of 256 KiB.
    const line = fc.integer({ min: 0, max: MAX_LINE_BYTES }).map((length) => "x".repeat(length));
    fc.assert(
      fc.property(fc.array(line, { minLength: 100, maxLength: 200 }), (lines) => {
        expect(read(lines.map((one) => `${one}\n`).join(""))).toEqual(lines);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  test("of an empty pack are none", () => {
    expect(read("")).toEqual([]);
  });

  test("may have the largest size, and one byte more is too_large wherever it lies", () => {
    const longest = "x".repeat(MAX_LINE_BYTES);
    expect(read(`${longest}\n`)).toEqual([longest]);
    expect(codeOf(() => read(`a\n${longest}x\nb\n`), RealmError)).toBe("too_large");
    expect(codeOf(() => read("x".repeat(1_000_000)), RealmError)).toBe("too_large");
    const upToTheEnd = `${"a\n".repeat(128 * 1024 - 1)}`;
    expect(codeOf(() => read(`${upToTheEnd}${longest}x\n`), RealmError)).toBe("too_large");
  });

  test("end with a line feed: a last line without one is pack_corrupt", () => {
    expect(codeOf(() => read("a\nb"), RealmError)).toBe("pack_corrupt");
  });

  test.if(process.platform === "linux")("leave no open file, also when nobody reads to the end", () => {
    writeFileSync(path, "a\nb\nc\n");
    for (const line of readPackLines({ name: "abc…", path }, MAX_LINE_BYTES)) {
      expect(line.length).toBe(1);
      expect(isOpen()).toBe(true);
      break;
    }
    expect(isOpen()).toBe(false);
    expect(() => read("a\nb")).toThrow();
    expect(isOpen()).toBe(false);
  });
});
