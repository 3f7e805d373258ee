import type { Claim } from "./claims.ts";
import { partNames, type Row, ratioOf } from "./figures.ts";
import { formatRatio, formatValue } from "./format.ts";

/** A part's rows as lines of cells, the first line naming the columns. */
export interface Table {
  title: string;
  lines: string[][];
  notes: string[];
}

/** One table a part, in the order of the parts. A peer's cell is its ratio to us first and its value second. */
export function toTables(rows: readonly Row[]): Table[] {
  return partNames.flatMap((part) => {
    const own = rows.filter((row) => row.part === part);
    if (own.length === 0) return [];
    const peers = [...new Set(own.flatMap((row) => Object.keys(row.peers)))];
    return {
      title: part,
      lines: [["", "ronin-realms", ...peers], ...own.map((row) => toLine(row, peers))],
      notes: own.flatMap(({ name, note }) => (note === undefined ? [] : `${name}: ${note}`)),
    };
  });
}

function toLine({ name, unit, ours, peers }: Row, columns: readonly string[]): string[] {
  const p95 = ours.p95 === undefined ? "" : ` (p95 ${formatValue(ours.p95, unit)})`;
  const cells = columns.map((peer) => {
    const figure = peers[peer];
    return figure === undefined
      ? ""
      : `${formatRatio(ratioOf(figure, ours))}  ${formatValue(figure.value, unit)}`;
  });
  return [name, `${formatValue(ours.value, unit)}${p95}`, ...cells];
}

/** For a terminal: columns of equal width. */
export function toText(tables: readonly Table[]): string {
  return tables
    .map(({ title, lines, notes }) => {
      const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
      const padded = lines.map((line) =>
        line
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join("   ")
          .trimEnd(),
      );
      return [title, ...[...padded, ...notes].map((line) => `  ${line}`)].join("\n");
    })
    .join("\n\n");
}

export function toMarkdown(tables: readonly Table[]): string {
  return tables
    .map(({ title, lines, notes }) => {
      const [head = [], ...body] = lines;
      const table = [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`);
      return [`### ${title}`, "", ...table, ...notes.flatMap((note) => ["", note])].join("\n");
    })
    .join("\n\n");
}

export function toClaimLine({ text, holds, found }: Claim): string {
  if (holds === undefined) return `not measured   ${text}`;
  return `${holds ? "holds         " : "does not hold "} ${text}: ${found}`;
}
