import type { OfferedVersion } from "../install/offered-versions.ts";
import { statusOf } from "../model/kata.ts";
import { toPlainText } from "../model/text.ts";
import { LINE_WIDTH, toFields, toIsoDate, toShortHash } from "./format.ts";

const MAX_SOURCE_LINES = 60;

/** What one version is and would install, under a heading of its own. */
export function toVersionLines(offered: OfferedVersion, proposedVersion: string): string[] {
  const { version, offer, kata, problem } = offered;
  const marks = [
    ...(version === proposedVersion ? ["proposed"] : []),
    ...(kata !== undefined && statusOf(kata) !== "active" ? [statusOf(kata)] : []),
    ...(problem === undefined ? [] : ["cannot be installed"]),
  ];
  const hashes = offer ?? kata;
  return [
    marks.length === 0 ? version : `${version} (${marks.join(", ")})`,
    ...toFields([
      ["problem", problem === undefined ? undefined : `${problem.code}: ${problem.message}`],
      ["about", kata?.description],
      ["changes", kata?.changes],
      ["released", kata?.releaseDate === undefined ? undefined : toIsoDate(kata.releaseDate)],
      ["complexity", kata?.complexity],
      ["tags", kata?.tags.join(", ")],
      ["author", kata?.author],
      ["skills", toSkills(offered)],
      [
        "installs",
        offered.plan.map((step) => (step.isInstalled ? `${step.kata} (is installed)` : step.kata)),
      ],
      ["source", hashes === undefined ? undefined : `sha256 ${toShortHash(hashes.sourceHash)}`],
      ["compiled", hashes === undefined ? undefined : `sha256 ${toShortHash(hashes.compiledHash)}`],
      ["note", offered.notices],
    ]),
    ...toSourceLines(offered.source),
  ];
}

function toSkills({ kata, requiredSkills, source }: OfferedVersion): string | undefined {
  if (source !== undefined || kata === undefined) return undefined;
  return requiredSkills.length === 0 ? "none" : requiredSkills.join(", ");
}

/** A kata that is created here has nobody's word for it but its text, so that is what is shown. */
function toSourceLines(source: string | undefined): string[] {
  if (source === undefined) return [];
  const lines = source.trimEnd().split("\n");
  const rest = lines.length - MAX_SOURCE_LINES;
  return [
    "",
    ...lines.slice(0, MAX_SOURCE_LINES).map((line) => `  | ${toSourceLine(line)}`),
    ...(rest > 0 ? [`  … and ${rest} more lines; --json shows all of them`] : []),
  ];
}

function toSourceLine(line: string): string {
  const depth = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  return " ".repeat(Math.min(depth, 16)) + toPlainText(line, LINE_WIDTH * 4);
}
