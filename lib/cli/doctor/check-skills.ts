import { RealmsError } from "../../errors.ts";
import { LOCAL_REALM_ID } from "../../model/realm.ts";
import type { CommandDesk } from "../desk/command-desk.ts";
import { type Finding, problem } from "./finding.ts";

/** Katas looked at; more than that were hardly all installed by hand. */
const MAX_KATAS = 50;

/** Whether every kata that was installed from a realm still finds its skills. Only a running Ronin knows them. */
export async function checkSkills(desk: CommandDesk): Promise<Finding[]> {
  if (desk.via !== "page") return [];
  const { entries } = await desk.history({ outcome: "installed" });
  const names = [...new Set(entries.map(({ proposal }) => proposal.kataName))].slice(0, MAX_KATAS);
  const findings: Finding[] = [];
  for (const name of names) findings.push(...(await checkKata(desk, name)));
  return findings;
}

async function checkKata(desk: CommandDesk, name: string): Promise<Finding[]> {
  try {
    const { versions } = await desk.kata({ realm: LOCAL_REALM_ID, name });
    return versions.flatMap(({ version, skills }) => {
      const missing = skills.filter(({ isPresent }) => !isPresent).map((skill) => skill.name);
      if (missing.length === 0) return [];
      return [
        problem(
          "skills_missing",
          `${name}@${version} is installed, and Ronin has no skill ${missing.join(", ")}.`,
          "Bring back the plugin or tool that provides it, and restart Ronin.",
        ),
      ];
    });
  } catch (error) {
    // It is not in the list of this Ronin's own katas (yet): then nothing can be said of it.
    if (error instanceof RealmsError && error.code === "unknown_kata") return [];
    throw error;
  }
}
