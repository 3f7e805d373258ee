import { expect, test } from "bun:test";
import { type AiProvider, createAiClient } from "../../lib/embedded-host/ai.ts";
import { EventBus } from "../../lib/embedded-host/events.ts";

function setUp(provider?: AiProvider, firstPauseMs = 1) {
  const events = new EventBus(() => {});
  const told: unknown[] = [];
  events.on("ai.completion", (payload) => void told.push(payload));
  const stop = new AbortController();
  return { ai: createAiClient({ events, provider, signal: stop.signal, firstPauseMs }), told, stop };
}

test("without a model server a completion without retries is refused at once", async () => {
  const { ai, told } = setUp(undefined, 60_000);
  const failed = ai.complete("hello", { retries: 0 });
  await expect(failed).rejects.toBeInstanceOf(TypeError);
  await expect(failed).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect(told).toEqual([expect.objectContaining({ type: "complete", success: false })]);
  expect(await ai.checkModel()).toBe(false);
});

test("a failing provider is asked four times and its last error comes out", async () => {
  let asked = 0;
  const { ai } = setUp(() => {
    asked += 1;
    throw new Error(`attempt ${asked}`);
  });
  await expect(ai.complete("hello")).rejects.toThrow("attempt 4");
});

test("a provider that recovers is asked no further", async () => {
  let asked = 0;
  const { ai, told } = setUp(async () => {
    asked += 1;
    if (asked === 1) throw new Error("busy");
    return "words";
  });
  expect(await ai.complete("hello")).toBe("words");
  expect(asked).toBe(2);
  expect(told).toEqual([expect.objectContaining({ success: true })]);
});

test.each(["Model x not found", "HTTP 401", "Invalid API key"])("%p is not tried again", async (message) => {
  let asked = 0;
  const { ai } = setUp(() => {
    asked += 1;
    throw new Error(message);
  }, 60_000);
  await expect(ai.complete("hello")).rejects.toThrow(message);
  expect(asked).toBe(1);
});

test("a provider that hangs is given up after the time of one attempt", async () => {
  let signal: AbortSignal | undefined;
  const { ai } = setUp((_, options) => {
    signal = options.signal;
    return new Promise(() => {});
  });
  await expect(ai.complete("hello", { retries: 0, timeoutMs: 5 })).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(signal?.aborted).toBe(true);
});

test("a pause ends when the host stops", async () => {
  const { ai, stop } = setUp(() => Promise.reject(new Error("busy")), 60_000);
  const failed = ai.complete("hello");
  await Bun.sleep(1);
  stop.abort();
  await expect(failed).rejects.toMatchObject({ name: "AbortError" });
});
