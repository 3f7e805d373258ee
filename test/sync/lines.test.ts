import { describe, expect, test } from "bun:test";
import { readLines } from "../../lib/sync/lines.ts";
import { readTail } from "../../lib/sync/tail.ts";

const bytes = new TextEncoder().encode("first\nzwölf\n\nlast");

function streamOf(...chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function collect(stream: ReadableStream<Uint8Array>, maxLineBytes = 100): Promise<string[]> {
  return await Array.fromAsync(readLines(stream, maxLineBytes));
}

describe("readLines", () => {
  test.each(Array.from({ length: bytes.length + 1 }, (_, cut) => cut))(
    "gives the same lines when the stream is cut at byte %i, even inside a character",
    async (cut) => {
      const lines = await collect(streamOf(bytes.slice(0, cut), bytes.slice(cut)));
      expect(lines).toEqual(["first", "zwölf", "", "last"]);
    },
  );

  test("an empty stream has no lines", async () => {
    expect(await collect(streamOf())).toEqual([]);
  });

  test("a line of exactly the limit passes, a byte more is a RangeError", async () => {
    expect(await collect(streamOf(bytes.slice(0, 6)), 5)).toEqual(["first"]);
    await expect(collect(streamOf(bytes.slice(0, 6)), 4)).rejects.toThrow(RangeError);
  });

  test("a line without an end is refused as soon as it is too long, not when it ends", async () => {
    const chunk = new Uint8Array(10).fill(0x61);
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(chunk);
      },
    });
    await expect(collect(endless, 100)).rejects.toThrow(RangeError);
    expect(pulled).toBeLessThan(15);
  });
});

describe("readTail", () => {
  test("keeps the end of what came, over chunk borders", async () => {
    expect(await readTail(streamOf(bytes.slice(0, 15), bytes.slice(15)), 6)).toBe("\n\nlast");
  });

  test("a stream that breaks has ended", async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error("gone"));
      },
    });
    expect(await readTail(broken, 6)).toBe("");
  });
});
