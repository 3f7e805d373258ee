import { describe, expect, test } from "bun:test";
import { createGate } from "../../lib/sync/gate.ts";
import { createQueue } from "../../lib/sync/queue.ts";
import { settledWithin } from "../../lib/sync/within.ts";

function createSlowQueue() {
  const runs: Array<{ ids: readonly string[]; done: PromiseWithResolvers<string> }> = [];
  const enqueue = createQueue((ids) => {
    const done = Promise.withResolvers<string>();
    runs.push({ ids, done });
    return done.promise;
  });
  return { runs, enqueue };
}

/** Lets everything run that only waits for promises. */
async function settle(): Promise<void> {
  await Bun.sleep(0);
}

describe("createQueue", () => {
  test("requests made together become one run over all their ids", async () => {
    const { runs, enqueue } = createSlowQueue();
    const reports = [enqueue(["a"]), enqueue(["b", "a"])];
    await settle();
    expect(runs.map(({ ids }) => ids)).toEqual([["a", "b"]]);
    runs[0]?.done.resolve("done");
    expect(await Promise.all(reports)).toEqual(["done", "done"]);
  });

  test("a request that the run under way covers joins it", async () => {
    const { runs, enqueue } = createSlowQueue();
    const first = enqueue(["a", "b"]);
    await settle();
    const joined = enqueue(["b"]);
    runs[0]?.done.resolve("first");
    expect(await joined).toBe("first");
    expect(await first).toBe("first");
    expect(runs).toHaveLength(1);
  });

  test("requests that it does not cover share one run behind it, and no two runs overlap", async () => {
    const { runs, enqueue } = createSlowQueue();
    const first = enqueue(["a"]);
    await settle();
    const second = enqueue(["a", "b"]);
    const third = enqueue(["c"]);
    await settle();
    expect(runs).toHaveLength(1);
    runs[0]?.done.resolve("first");
    await first;
    await settle();
    expect(runs.map(({ ids }) => ids)).toEqual([["a"], ["a", "b", "c"]]);
    runs[1]?.done.resolve("second");
    expect(await Promise.all([second, third])).toEqual(["second", "second"]);
  });

  test("a run that rejects rejects for its own callers only, and the next one still starts", async () => {
    const { runs, enqueue } = createSlowQueue();
    const first = enqueue(["a"]);
    await settle();
    const second = enqueue(["b"]);
    runs[0]?.done.reject(new Error("broken"));
    await expect(first).rejects.toThrow("broken");
    await settle();
    runs[1]?.done.resolve("second");
    expect(await second).toBe("second");
  });

  test("after a run ended, the same ids start a new one", async () => {
    const { runs, enqueue } = createSlowQueue();
    const first = enqueue(["a"]);
    await settle();
    runs[0]?.done.resolve("first");
    await first;
    const again = enqueue(["a"]);
    await settle();
    expect(runs).toHaveLength(2);
    runs[1]?.done.resolve("again");
    expect(await again).toBe("again");
  });
});

describe("createGate", () => {
  test("is open while empty and opens when the last id leaves", async () => {
    const gate = createGate();
    await gate.opened();
    gate.add(["a", "b"]);
    let isOpen = false;
    const waiting = gate.opened().then(() => {
      isOpen = true;
    });
    gate.remove(["a"]);
    await settle();
    expect(isOpen).toBe(false);
    gate.remove(["b"]);
    await waiting;
    expect(isOpen).toBe(true);
  });

  test("closes again for the next id", async () => {
    const gate = createGate();
    gate.add(["a"]);
    gate.remove(["a"]);
    gate.add(["a"]);
    let isOpen = false;
    void gate.opened().then(() => {
      isOpen = true;
    });
    await settle();
    expect(isOpen).toBe(false);
  });
});

describe("settledWithin", () => {
  test("ends with the work when that is faster, even when it fails", async () => {
    const start = performance.now();
    await settledWithin(Promise.resolve(), 5000);
    await settledWithin(Promise.reject(new Error("failed")), 5000);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test("ends after the wait when the work does not", async () => {
    await settledWithin(new Promise(() => {}), 5);
  });
});
