import { describe, expect, test } from "bun:test";
import type { DiffLine } from "../../lib/web/view-models.ts";
import { diffSection } from "../../lib/web/views/source.ts";
import { readElements } from "./views-document.ts";
import { sampleContent } from "./views-samples.ts";

const same = (count: number, from = 0): DiffLine[] =>
  Array.from({ length: count }, (_, index) => ({ kind: "same", text: `line ${from + index}` }));

function shown(lines: DiffLine[]): string {
  return String(diffSection(sampleContent({ diff: { against: "v1", lines } }), null));
}

const linesOf = (markup: string) =>
  [...markup.matchAll(/<(span|ins|del)[^>]*>([^<]*)</g)].map(([, , text]) => text);

describe("a change", () => {
  test("is shown with three equal lines around it, the rest folded and counted", () => {
    const lines = [...same(20), { kind: "added" as const, text: "new" }, ...same(20, 20)];
    expect(linesOf(shown(lines))).toEqual([
      "… 17 unchanged lines",
      "line 17",
      "line 18",
      "line 19",
      "new",
      "line 20",
      "line 21",
      "line 22",
      "… 17 unchanged lines",
    ]);
  });

  test("is shown whole where folding would save nothing", () => {
    const lines: DiffLine[] = [...same(4), { kind: "removed", text: "old" }, ...same(4, 4)];
    expect(linesOf(shown(lines))).toHaveLength(9);
  });

  test("stays folded when it is long, and open at a glance", () => {
    const added = (count: number) =>
      Array.from({ length: count }, (_, index): DiffLine => ({ kind: "added", text: `${index}` }));
    const isOpen = (lines: DiffLine[]) =>
      readElements(shown(lines)).some(({ tag, attributes }) => tag === "details" && attributes.has("open"));
    expect(isOpen(added(24))).toBe(true);
    expect(isOpen(added(25))).toBe(false);
  });

  test("counts what was added and removed", () => {
    const lines: DiffLine[] = [
      { kind: "removed", text: "old" },
      { kind: "added", text: "one" },
      { kind: "added", text: "two" },
    ];
    expect(shown(lines)).toContain("2 lines added, 1 removed");
  });

  test("against nothing is no section", () => {
    expect(diffSection(sampleContent({ diff: null }), "new")).toBeNull();
  });
});
