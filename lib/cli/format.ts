import { toPlainText } from "../model/text.ts";

/** Lines are made for this many columns; only a single longer word goes beyond. */
export const LINE_WIDTH = 80;
const MAX_VALUE_CHARS = 2000;
const GAP = 2;

/** A label and what stands beside it; undefined leaves the line out, a list gives one line an item. */
export type Field = readonly [label: string, value: string | readonly string[] | undefined];

/**
 * Labels in one column, values in the next, wrapped below themselves. Every value is made plain text here, so
 * what a realm wrote cannot move the cursor or hide a line.
 */
export function toFields(fields: readonly Field[], indent = 2): string[] {
  const shown = fields.flatMap(([label, value]) => (isShown(value) ? [{ label, value }] : []));
  const column = indent + Math.max(0, ...shown.map(({ label }) => label.length)) + GAP;
  return shown.flatMap(({ label, value }) => {
    const texts = [value].flat();
    const lines = texts.flatMap((text) => wrap(toPlainText(text, MAX_VALUE_CHARS), LINE_WIDTH - column));
    return lines.map((line, position) => {
      const start = position === 0 ? `${" ".repeat(indent)}${label}` : "";
      return `${start.padEnd(column)}${line}`;
    });
  });
}

/** Plain text on lines of at most `width` columns; a longer word keeps its line, so that it can be copied. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && longer.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** One paragraph of ours or a realm's, wrapped and indented. */
export function toParagraph(text: string, indent = 0): string[] {
  return wrap(toPlainText(text, MAX_VALUE_CHARS), LINE_WIDTH - indent).map(
    (line) => `${" ".repeat(indent)}${line}`,
  );
}

/** `2026-11-22T06:00:00.000Z`. A row can hold any number, and a date cannot. */
export function toIsoTime(ms: number | undefined): string {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? "unknown" : date.toISOString();
}

/** `2026-11-22`, in UTC as the realm published it. */
export function toIsoDate(ms: number | undefined): string {
  return toIsoTime(ms).split("T")[0] ?? "";
}

/** Enough to compare by eye; `--json` has the whole. */
export function toShortHash(hash: string): string {
  return hash.slice(0, 12);
}

/** `1 request waits`, `2 requests wait`. */
export function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function isShown(value: Field[1]): value is string | readonly string[] {
  return value !== undefined && value.length > 0;
}
