import { describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { packLimits } from "../../lib/model/pack-limits.ts";
import {
  decodePack,
  encodePack,
  PackMismatch,
  type PackMismatchCode,
  toBasePacks,
} from "../../lib/publish/pack.ts";
import { toPublication } from "../../lib/publish/publication.ts";
import { PublishError } from "../../lib/publish/publish-error.ts";
import { toPublishedRow } from "../../lib/publish/published-row.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { linesOf, START } from "./realm-folder.ts";

const lines = ["one", "two", "drei ü"];

describe("a pack", () => {
  test("is gzip without a time or a system, every line with its newline", () => {
    const { content, bytes, rawBytes, rows, sha256 } = encodePack(lines);
    expect([...content.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
    expect({ bytes, rawBytes, rows }).toEqual({ bytes: content.byteLength, rawBytes: 16, rows: 3 });
    expect(sha256).toBe(sha256Hex(content));
    expect(linesOf(content)).toEqual(lines);
  });

  test("gives back its lines, also when it has none", () => {
    for (const some of [lines, [], ["x".repeat(100_000)]]) {
      const pack = encodePack(some);
      expect(decodePack(pack.content, pack)).toEqual(some);
    }
  });

  const toPack = (content: Uint8Array, rawBytes: number) => {
    return { content, sha256: sha256Hex(content), bytes: content.byteLength, rawBytes };
  };
  const good = toPack(gzipSync("one\n"), 4);
  test.each<[situation: string, code: PackMismatchCode, pack: typeof good]>([
    ["is shorter than declared", "pack_size", { ...good, content: good.content.subarray(1) }],
    [
      "is longer than declared",
      "pack_size",
      { ...good, content: Buffer.concat([good.content, good.content]) },
    ],
    ["has another hash", "pack_hash", { ...good, content: Buffer.alloc(good.bytes) }],
    ["inflates to more than declared", "pack_raw_size", { ...good, rawBytes: 3 }],
    ["inflates to less than declared", "pack_raw_size", { ...good, rawBytes: 5 }],
    ["is no gzip", "pack_not_gzip", toPack(Buffer.from("plain"), 5)],
    ["is no text", "pack_not_text", toPack(gzipSync(Buffer.from([0xff, 0x0a])), 2)],
    ["ends within a line", "pack_not_text", toPack(gzipSync("one\ntw"), 6)],
  ])("that %s is refused", (_situation, code, pack) => {
    let thrown: unknown;
    try {
      decodePack(pack.content, pack);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PackMismatch);
    expect(thrown).toMatchObject({ code });
  });
});

describe("a base", () => {
  const many = Array.from({ length: 10 }, (_, index) => `line ${index} ${Bun.hash(String(index))}`);

  test.each([
    ["rows", { maxPackRows: 4 }, [4, 4, 2]],
    ["raw bytes", { maxPackRawBytes: 90 }, [3, 3, 3, 1]],
    ["bytes", { maxPackBytes: 100 }, [3, 2, 3, 2]],
  ])("is cut where a pack would have too many %s", (_what, limits, rows) => {
    const packs = toBasePacks(many, { ...packLimits, ...limits });
    expect(packs.map((pack) => pack.rows)).toEqual(rows);
    expect(packs.flatMap(({ content }) => linesOf(content))).toEqual(many);
    for (const { bytes, rawBytes } of packs) {
      expect(bytes).toBeLessThanOrEqual({ ...packLimits, ...limits }.maxPackBytes);
      expect(rawBytes).toBeLessThanOrEqual({ ...packLimits, ...limits }.maxPackRawBytes);
    }
  });

  test("without rows has no pack", () => {
    expect(toBasePacks([])).toEqual([]);
  });
});

describe("a publication", () => {
  const rows = new Map(
    Array.from({ length: 10 }, (_, index) => {
      const row = toPublishedRow({
        seq: 10 - index,
        name: `n${index}`,
        version: "v1",
        status: "active",
        tags: [],
        complexity: "simple",
        requiredSkills: [],
        requiredKatas: [],
        releaseDate: START,
        lastModified: START,
        sourceHash: sha256Hex(String(index)),
        sourceBytes: 1,
        compiledHash: "0".repeat(64),
        compiledWith: "1.1.1",
      });
      return [row.row.name, row] as const;
    }),
  );
  const limits = { ...packLimits, maxRows: 10, maxBasePacks: 64, maxPointerBytes: 64 * 1024 };

  test("leaves out the deltas that no pack can hold, and all from further back", () => {
    const deltasWith = (maxPackRows: number) =>
      toPublication({ realm: "a" }, rows, 10, START, { ...limits, maxPackRows }).pointer.deltas.map(
        ({ from }) => from,
      );
    expect(deltasWith(50)).toEqual([9, 8, 6, 2]);
    expect(deltasWith(4)).toEqual([9, 8, 6]);
  });

  test.each([
    ["rows", { maxRows: 9 }],
    ["packs", { maxBasePacks: 2, maxPackRows: 4 }],
    ["bytes of packs", { maxBaseBytes: 100 }],
    ["bytes of inflated packs", { maxBaseRawBytes: 1000 }],
    ["bytes of realm.json", { maxPointerBytes: 500 }],
  ])("is refused with more %s than a client takes", (what, smaller) => {
    const publish = () => toPublication({ realm: "a" }, rows, 10, START, { ...limits, ...smaller });
    expect(publish).toThrow(PublishError);
    expect(publish).toThrow(new RegExp(`\\d+ ${what};`));
  });
});
