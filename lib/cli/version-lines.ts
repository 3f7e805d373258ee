import type { OfferedVersion } from "../install/offered-versions.ts";
import { statusOf } from "../model/kata.ts";
import { toFields, toIsoDate, toShortHash } from "./format.ts";
import type { Line } from "./print.ts";
import { toSourceLines } from "./source-lines.ts";

/** What one version is and would install, under a heading of its own. */
export function toVersionLines(offered: OfferedVersion, proposedVersion: string): Line[] {
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
    // A kata that is created here has nobody's word for it but its text, so that is what is shown.
    ...(offered.source === undefined ? [] : ["", ...toSourceLines(offered.source)]),
  ];
}

function toSkills({ kata, requiredSkills, source }: OfferedVersion): string | undefined {
  if (source !== undefined || kata === undefined) return undefined;
  return requiredSkills.length === 0 ? "none" : requiredSkills.join(", ");
}
