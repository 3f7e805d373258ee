import { describe, expect, test } from "bun:test";
import { percentile, toFigure } from "../../bench/figures.ts";
import { takeTurns } from "../../bench/timing.ts";

describe("contenders", () => {
  test("take turns, and each round begins with another", async () => {
    const order: string[] = [];
    const contender = (name: string) => ({ run: (round: number) => void order.push(`${name}${round}`) });
    await takeTurns({ a: contender("a"), b: contender("b"), c: contender("c") }, { rounds: 3 });
    expect(order).toEqual(["a0", "b0", "c0", "b1", "c1", "a1", "c2", "a2", "b2"]);
  });

  test("that are over their budget sit out, and the others go on", async () => {
    const slow = { run: () => Bun.sleepSync(60) };
    const times = await takeTurns({ slow, quick: { run: () => {} } }, { rounds: 20, budgetMs: 10 });
    expect(times.slow).toHaveLength(1);
    expect(times.quick.length).toBeGreaterThan(1);
  });
});

describe("a figure", () => {
  test("is the median, with the 95th percentile where there are enough samples", () => {
    expect(toFigure([5, 1, 3])).toEqual({ value: 3, samples: 3 });
    const many = Array.from({ length: 100 }, (_, at) => at + 1);
    expect(toFigure(many)).toEqual({ value: 50, p95: 95, samples: 100 });
    expect(percentile(many, 0.999)).toBe(100);
  });
});
