import type { Claim } from "./claims.ts";
import type { Row } from "./figures.ts";
import { type Machine, toMachineLine } from "./machine.ts";
import { toClaimLine, toMarkdown, toTables } from "./table.ts";

/** One run of the benchmark, as its JSON file holds it. */
export interface Run {
  /** Versions in the realm. */
  size: number;
  seed: number;
  /** ISO 8601. */
  startedAt: string;
  machine: Machine;
  rows: Row[];
  claims: Claim[];
}

const INTRODUCTION = `# Recorded runs

Written by \`npm run bench -- --record\`; the newest run of each size. [How to read it](README.md).`;

/** The text of the recorded runs with this one in the place of the earlier one of its size. */
export function recordRun(before: string, run: Run): string {
  const title = titleOf(run.size);
  const others = before
    .split(/^(?=## )/m)
    .filter((part) => part.startsWith("## ") && !part.startsWith(`${title}\n`));
  const sections = [...others.map((part) => part.trim()), toSection(run)].sort(bySize);
  return `${[INTRODUCTION, ...sections].join("\n\n")}\n`;
}

function toSection({ size, startedAt, machine, rows, claims }: Run): string {
  return [
    titleOf(size),
    `${startedAt.slice(0, 10)}, ${toMachineLine(machine)}.`,
    claims.map((claim) => `- ${toClaimLine(claim).replace(/ {2,}/, ": ")}`).join("\n"),
    toMarkdown(toTables(rows)),
  ].join("\n\n");
}

function titleOf(size: number): string {
  return `## ${size.toLocaleString("en-US")} versions`;
}

function bySize(a: string, b: string): number {
  return sizeOf(a) - sizeOf(b);
}

function sizeOf(section: string): number {
  return Number(/^## ([\d,]+)/.exec(section)?.[1]?.replaceAll(",", "") ?? 0);
}
