import type { Trouble } from "../../life/report-trouble.ts";
import { qualifiedName } from "../../model/kata.ts";
import { type Finding, notice, problem } from "./finding.ts";

/** What should not go on as it is among the installed katas. None of it is ever ended by itself. */
export function checkKatas(troubles: readonly Trouble[]): Finding[] {
  return troubles.map(toFinding);
}

function toFinding(trouble: Trouble): Finding {
  const { kind, kataName, kataVersion, fromRealm, reason } = trouble;
  const label = qualifiedName(fromRealm, kataName, kataVersion);
  const because = reason === undefined ? "." : `: ${reason}`;
  const fix = fixOf(trouble);
  switch (kind) {
    case "withdrawn":
      return problem("kata_withdrawn", `The realm of the installed ${label} has withdrawn it${because}`, fix);
    case "deprecated":
      return notice(
        "kata_deprecated",
        `The realm of the installed ${label} advises against it${because}`,
        fix,
      );
    case "incompatible":
      return problem("kata_incompatible", `The installed ${label} is not made for this Ronin${because}`, fix);
  }
}

function fixOf({ kataName, kataVersion, replacedBy }: Trouble): string {
  const takeOut = `realms uninstall ${kataName}@${kataVersion}`;
  if (replacedBy !== undefined) return `realms install ${replacedBy}, then ${takeOut}`;
  return `${takeOut}. Newer versions: realms updates ${kataName}`;
}
