import { describe, expect, test } from "bun:test";
import { type Outcome, rankLabelledSet, scoreOf } from "./measure.ts";

const outcomes = rankLabelledSet();

describe("the search without a model", () => {
  test("has a right kata among the first three for 9 of 10 needs, and a wrong one for at most 1 of 10", () => {
    const { top3, answered, wrong } = scoreOf(outcomes);
    expect(top3 / answered).toBeGreaterThanOrEqual(0.9);
    expect(wrong).toBeLessThanOrEqual(1);
  });

  test("does nearly as well on the half that it was not tuned by", () => {
    const [tune, held] = (["tune", "held"] as const).map((set) =>
      scoreOf(outcomes.filter(({ intent }) => intent.set === set)),
    );
    expect(held?.top3).toBeGreaterThanOrEqual((tune?.top3 ?? Number.NaN) - 3);
    expect(held?.wrong).toBe(0);
  });
});

test("a score counts the first, the first three, and what was found where nothing is right", () => {
  const outcome = (expected: string[], found: string[]): Outcome => ({
    intent: { set: "tune", text: "x", expected },
    found,
  });
  const some = [
    outcome(["a", "b"], ["b", "c"]),
    outcome(["a"], ["x", "y", "a"]),
    outcome(["a"], ["x", "y", "z", "a"]),
    outcome(["a"], []),
    outcome([], ["x"]),
    outcome([], []),
  ];
  expect(scoreOf(some)).toEqual({ answered: 4, top1: 1, top3: 2, unanswered: 2, wrong: 1 });
});
