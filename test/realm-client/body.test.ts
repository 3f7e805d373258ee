import { expect, test } from "bun:test";
import { readBody } from "../../lib/realm-client/body.ts";
import { createCutoff } from "../../lib/realm-client/cutoff.ts";
import { refusal } from "./support.ts";

const rules = { maxBytes: 10, minBytesPerSecond: 0, slowWindowMs: 1000, where: "a file" };

/** Endless, in chunks of `chunkBytes`, and remembers whether it was cancelled. */
function endless(chunkBytes: number) {
  const seen = { cancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(chunkBytes)),
    cancel: () => {
      seen.cancelled = true;
    },
  });
  return { stream, seen };
}

test("the reader of a body that is too large is cancelled", async () => {
  const { stream, seen } = endless(4);
  using cutoff = createCutoff(undefined);

  await refusal(readBody(stream, rules, cutoff), "too_large");

  expect(seen.cancelled).toBe(true);
});

test("chunks keep their order and their bytes however they were cut", async () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
  const cuts = [1, 2, 3, 65_530, 65_536, 100_000, 300_000];
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => {
      let from = 0;
      for (const to of cuts) {
        controller.enqueue(bytes.slice(from, to));
        from = to;
      }
      controller.close();
    },
  });
  using cutoff = createCutoff(undefined);

  expect(await readBody(stream, { ...rules, maxBytes: bytes.length }, cutoff)).toEqual(bytes);
});

test("no body is an empty one", async () => {
  using cutoff = createCutoff(undefined);

  expect(await readBody(null, rules, cutoff)).toEqual(new Uint8Array());
});

test("a server is not called slow for the time in which this process did not read", async () => {
  const silent = new ReadableStream<Uint8Array>();
  using cutoff = createCutoff(undefined);
  const reading = readBody(silent, { ...rules, minBytesPerSecond: 1024, slowWindowMs: 60 }, cutoff);
  reading.catch(() => undefined);
  await Bun.sleep(1);
  // One step that nothing can interrupt, as the transaction of a large index is.
  const end = performance.now() + 200;
  while (performance.now() < end);
  await Bun.sleep(5);
  expect(cutoff.signal.aborted).toBe(false);
  await Bun.sleep(150);
  expect(cutoff.signal.reason).toMatchObject({ code: "too_slow" });
});
