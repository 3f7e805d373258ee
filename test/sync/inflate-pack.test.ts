import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { RealmError } from "../../lib/errors.ts";
import { inflatePack } from "../../lib/sync/inflate-pack.ts";
import { codeOfAsync } from "../support/throws.ts";
import { type TempDir, tempDir } from "./fixtures.ts";

const MiB = 1024 * 1024;
const raw = Buffer.from("a line of text\n".repeat(20_000));
const never = new AbortController().signal;

let dir: TempDir;

beforeEach(() => {
  dir = tempDir();
});

afterEach(() => dir[Symbol.dispose]());

async function inflate(packed: Uint8Array, rawBytes: number, signal = never): Promise<Buffer> {
  writeFileSync(dir.path("pack"), packed);
  const ref = { sha256: "a".repeat(64), bytes: packed.byteLength, rawBytes };
  await inflatePack(dir.path("pack"), dir.path("raw"), ref, signal);
  return readFileSync(dir.path("raw"));
}

describe("a pack", () => {
  test("unpacks to its bytes", async () => {
    expect(await inflate(gzipSync(raw), raw.length)).toEqual(raw);
  });

  test("may be empty", async () => {
    expect(await inflate(gzipSync(""), 0)).toHaveLength(0);
  });

  test.each([
    ["one byte fewer", 1],
    ["one byte more", -1],
  ])("with %s than its pointer declares is pack_corrupt", async (_name, difference) => {
    const work = () => inflate(gzipSync(raw), raw.length + difference);
    expect(await codeOfAsync(work, RealmError)).toBe("pack_corrupt");
  });

  test("that is a bomb costs no more than was declared", async () => {
    const bomb = gzipSync(new Uint8Array(200 * MiB));
    expect(await codeOfAsync(() => inflate(bomb, 1000), RealmError)).toBe("pack_corrupt");
    // The chunk in which it goes beyond is not written any more.
    expect(readFileSync(dir.path("raw")).length).toBeLessThanOrEqual(1000);
  });

  test.each([
    ["is no gzip", Buffer.from("just some text, long enough for a header")],
    ["is cut off", gzipSync(raw).subarray(0, -20)],
    ["has a wrong checksum", Buffer.concat([gzipSync(raw).subarray(0, -8), Buffer.alloc(8)])],
    ["is empty", Buffer.alloc(0)],
    ["goes on with a zero", Buffer.concat([gzipSync(raw), Buffer.alloc(1)])],
    ["goes on with zeros", Buffer.concat([gzipSync(raw), Buffer.alloc(100_000)])],
  ])("that %s is pack_corrupt", async (_name, packed) => {
    expect(await codeOfAsync(() => inflate(packed, raw.length), RealmError)).toBe("pack_corrupt");
  });

  test("is not unpacked any further once the sync is over", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(inflate(gzipSync(raw), raw.length, signal)).rejects.toThrow("enough");
  });

  test("over a file that is there is a system error", async () => {
    writeFileSync(dir.path("raw"), "somebody else's");
    await expect(inflate(gzipSync(raw), raw.length)).rejects.toMatchObject({ code: "EEXIST" });
    expect(readFileSync(dir.path("raw"), "utf8")).toBe("somebody else's");
  });
});
