export interface DiffLine {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Two middles of more lines than this, multiplied, are shown as replaced as a whole: time and memory stay small. */
const MAX_COMPARED = 1_000_000;

/** What was removed and added between two texts, line by line, with as many lines kept as can be. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = toLines(before);
  const now = toLines(after);
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  return [
    ...mark("same", old.slice(0, start)),
    ...diffMiddle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...mark("same", old.slice(old.length - end)),
  ];
}

/** By the longest common subsequence. */
function diffMiddle(old: readonly string[], now: readonly string[]): DiffLine[] {
  if (old.length * now.length > MAX_COMPARED) return [...mark("removed", old), ...mark("added", now)];
  const kept = keptAfter(old, now);
  const at = (i: number, j: number): number => kept[i]?.[j] ?? 0;
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(...mark("same", old.slice(i, ++i)));
      j++;
    } else if (j === now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(...mark("removed", old.slice(i, ++i)));
    } else {
      lines.push(...mark("added", now.slice(j, ++j)));
    }
  }
  return lines;
}

/** For each pair of positions, how many lines from there on can be kept. */
function keptAfter(old: readonly string[], now: readonly string[]): Uint32Array[] {
  const kept = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const row = kept[i];
      const below = kept[i + 1];
      if (row === undefined || below === undefined) continue;
      row[j] = old[i] === now[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return kept;
}

function mark(kind: DiffLine["kind"], lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ kind, text }));
}

function toLines(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}
