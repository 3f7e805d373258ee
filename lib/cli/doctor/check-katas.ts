import type { Trouble } from "../../life/report-trouble.ts";
import { qualifiedName } from "../../model/kata.ts";
import { type Finding, notice, problem } from "./finding.ts";

/** What should not go on as it is among the installed katas. None of it is ever ended by itself. */
export function checkKatas(troubles: readonly Trouble[]): Finding[] {
  return troubles.map((trouble) => {
    const { kind, kataName, kataVersion, fromRealm, reason } = trouble;
    const because = reason === undefined ? "" : `: ${reason}`;
    const found = `${qualifiedName(fromRealm, kataName, kataVersion)} is installed and ${sayings[kind]}${because}`;
    const say = kind === "deprecated" ? notice : problem;
    return say(`kata_${kind}`, found, fixOf(trouble));
  });
}

const sayings: Record<Trouble["kind"], string> = {
  withdrawn: "was withdrawn by its realm",
  deprecated: "is deprecated by its realm",
  incompatible: "does not fit this Ronin",
};

function fixOf({ kataName, kataVersion, replacedBy }: Trouble): string {
  const takeOut = `realms uninstall ${kataName}@${kataVersion}`;
  if (replacedBy !== undefined) return `realms install ${replacedBy}, then ${takeOut}`;
  return `${takeOut}. Newer versions: realms updates ${kataName}`;
}
