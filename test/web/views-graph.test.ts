import { describe, expect, test } from "bun:test";
import type { PhaseView } from "../../lib/web/view-models.ts";
import { inRunOrder, layOutGraph } from "../../lib/web/views/graph-layout.ts";

function phase(name: string, next: string | null): PhaseView {
  return { name, action: "run", target: "local.notify", next, terminal: next === null ? "complete" : null };
}

const namesOf = (phases: PhaseView[]) => phases.map(({ name }) => name);

describe("the drawing of a graph", () => {
  test("follows the run, and puts what nothing leads to last", () => {
    const phases = [
      phase("lost", null),
      phase("end", null),
      phase("begin", "middle"),
      phase("middle", "end"),
    ];
    expect(namesOf(inRunOrder({ initial: "begin", phases }))).toEqual(["begin", "middle", "end", "lost"]);
  });

  test("ends for a graph that runs in a circle, with the way back beside the boxes", () => {
    const { phases, edges, width } = layOutGraph({
      initial: "a",
      phases: [phase("a", "b"), phase("b", "a")],
    });
    expect(phases.map(({ phase: { name } }) => name)).toEqual(["a", "b"]);
    expect(edges.map(({ from, to }) => `${from} ${to}`)).toEqual(["a b", "b a"]);
    const straight = layOutGraph({ initial: "a", phases: [phase("a", "b"), phase("b", null)] });
    expect(width).toBeGreaterThan(straight.width);
  });

  test("holds phases with the names of every object", () => {
    const phases = [phase("constructor", "__proto__"), phase("__proto__", null)];
    expect(namesOf(inRunOrder({ initial: "constructor", phases }))).toEqual(["constructor", "__proto__"]);
  });

  test("of a phase that leads to none that exists has no edge for it", () => {
    expect(layOutGraph({ initial: "a", phases: [phase("a", "gone")] }).edges).toEqual([]);
    expect(layOutGraph({ initial: "gone", phases: [] })).toMatchObject({ phases: [], edges: [], omitted: 0 });
  });

  test("stops at forty phases and says how many are left", () => {
    const phases = Array.from({ length: 100 }, (_, index) =>
      phase(`p${index}`, index === 99 ? null : `p${index + 1}`),
    );
    const layout = layOutGraph({ initial: "p0", phases });
    expect(layout.phases).toHaveLength(40);
    expect(layout.omitted).toBe(60);
    expect(layout.edges).toHaveLength(39);
  });

  test("keeps every box inside and none above another", () => {
    const { phases, height } = layOutGraph({
      initial: "a",
      phases: [phase("a", "b"), phase("b", null), phase("c", null)],
    });
    const tops = phases.map(({ y }) => y);
    for (const [index, y] of tops.entries()) expect(y + 46).toBeLessThan(tops[index + 1] ?? height);
  });
});
