import type { DiffLine } from "../desk/shown.ts";
import { toPlainText } from "../model/text.ts";
import { LINE_WIDTH } from "./format.ts";
import type { Line } from "./print.ts";

const MAX_LINES = 400;
/** Lines around a change that are shown although they are the same. */
const CONTEXT = 2;

/** A kata's text, each line behind a bar, so that none of it can pass for something that this command says. */
export function toSourceLines(text: string): Line[] {
  const lines = text.trimEnd().split("\n");
  return capped(lines.map((line) => `  | ${toCodeLine(line)}`));
}

/** What changed, with a little of what stayed around it. */
export function toDiffLines(lines: readonly DiffLine[]): Line[] {
  const isNear = (position: number): boolean =>
    lines.slice(Math.max(0, position - CONTEXT), position + CONTEXT + 1).some(({ kind }) => kind !== "same");
  const shown: Line[] = [];
  let isGap = false;
  for (const [position, line] of lines.entries()) {
    if (!isNear(position)) {
      isGap = true;
      continue;
    }
    if (isGap && shown.length > 0) shown.push({ text: "  …", style: "dim" });
    isGap = false;
    shown.push(toDiffLine(line));
  }
  return capped(shown);
}

function toDiffLine({ kind, text }: DiffLine): Line {
  const code = toCodeLine(text);
  if (kind === "same") return `    ${code}`;
  return kind === "added" ? { text: `  + ${code}`, style: "good" } : { text: `  - ${code}`, style: "bad" };
}

function capped(lines: readonly Line[]): Line[] {
  const rest = lines.length - MAX_LINES;
  if (rest <= 0) return [...lines];
  return [
    ...lines.slice(0, MAX_LINES),
    { text: `  … and ${rest} more lines; --json shows all of them`, style: "dim" },
  ];
}

/** Its own indent is kept; everything else a terminal could take for more than text is not. */
function toCodeLine(line: string): string {
  const depth = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  return " ".repeat(Math.min(depth, 16)) + toPlainText(line, LINE_WIDTH * 4);
}
