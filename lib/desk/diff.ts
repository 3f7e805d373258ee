import type { DiffLine } from "./shown.ts";

/** Beyond this many pairs of lines the middle is shown as removed and added as a whole. */
const MAX_PAIRS = 1_000_000;

/** The lines of both texts in order: those they share, and what only one of them has. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = toLines(before);
  const fresh = toLines(after);
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let tail = 0;
  while (
    tail < old.length - start &&
    tail < fresh.length - start &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  )
    tail += 1;
  return [
    ...old.slice(0, start).map(as("same")),
    ...diffMiddle(old.slice(start, old.length - tail), fresh.slice(start, fresh.length - tail)),
    ...old.slice(old.length - tail).map(as("same")),
  ];
}

function toLines(text: string): string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function as(kind: DiffLine["kind"]): (text: string) => DiffLine {
  return (text) => ({ kind, text });
}

/** By the longest common subsequence. */
function diffMiddle(old: readonly string[], fresh: readonly string[]): DiffLine[] {
  if (old.length * fresh.length > MAX_PAIRS) return [...old.map(as("removed")), ...fresh.map(as("added"))];
  const width = fresh.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = fresh.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        old[row] === fresh[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let row = 0;
  let column = 0;
  while (row < old.length || column < fresh.length) {
    const [oldLine, freshLine] = [old[row], fresh[column]];
    if (oldLine !== undefined && oldLine === freshLine) {
      lines.push({ kind: "same", text: oldLine });
      row += 1;
      column += 1;
    } else if (
      oldLine !== undefined &&
      (freshLine === undefined || at(row + 1, column) >= at(row, column + 1))
    ) {
      lines.push({ kind: "removed", text: oldLine });
      row += 1;
    } else if (freshLine !== undefined) {
      lines.push({ kind: "added", text: freshLine });
      column += 1;
    }
  }
  return lines;
}
