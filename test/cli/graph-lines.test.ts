import { describe, expect, test } from "bun:test";
import { toGraphLines } from "../../lib/cli/graph-lines.ts";
import type { PhaseView } from "../../lib/desk/shown.ts";

function phase(name: string, rest: Partial<PhaseView>): PhaseView {
  return { name, action: "run", target: "local.reasoning", next: null, terminal: null, ...rest };
}

function draw(...phases: PhaseView[]): string[] {
  const lines = toGraphLines({ initial: phases[0]?.name ?? "", phases });
  return lines.map((line) => (typeof line === "string" ? line : line.text));
}

describe("the phases of a kata, drawn in text", () => {
  test("stand below each other from the first on, with what each does and how they end", () => {
    expect(
      draw(
        phase("gather", { next: "ask", target: "local.file.read" }),
        phase("end", { terminal: "fail", action: "wait", target: "demo.go" }),
        phase("ask", { next: "end", action: "spawn", target: "notify.user@v1" }),
      ),
    ).toEqual([
      "  gather  run local.file.read",
      "    │",
      "  ask     spawn notify.user@v1",
      "    │",
      "  end     wait demo.go",
      "    │",
      "  fail",
    ]);
  });

  test("end where one leads back, instead of going round for ever", () => {
    expect(draw(phase("a", { next: "b" }), phase("b", { next: "a" })).at(-1)).toBe("  back to a");
  });

  test("hide none that nothing leads to", () => {
    expect(draw(phase("a", { terminal: "complete" }), phase("b", { target: "local.shell" }))).toEqual([
      "  a  run local.reasoning",
      "    │",
      "  complete",
      "",
      "  never reached:",
      "  b  run local.shell",
    ]);
  });

  test("keep to their line, whatever a realm calls them", () => {
    expect(draw(phase("a\u001b[2J\nb", { target: "x\u202ey", terminal: "complete" }))[0]).toBe(
      "  a[2J b  run xy",
    );
  });
});
