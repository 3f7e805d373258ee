import type { LockEntryView, RealmView } from "../desk/shown.ts";
import { countOf, toFields } from "./format.ts";
import type { Line } from "./print.ts";

/** What a lock would change here, before anybody is asked: what comes from where, what is here, what cannot be. */
export function toLockLines(entries: readonly LockEntryView[], realms: readonly RealmView[]): Line[] {
  const of = (state: LockEntryView["state"]) => entries.filter((entry) => entry.state === state);
  const [install, present, refused] = [of("install"), of("present"), of("refused")];
  return [
    `${countOf(entries.length, "kata", "katas")}: ${install.length} to install, ${present.length} here already, ${refused.length} that cannot be installed.`,
    ...install.flatMap((entry) => ["", ...toInstallLines(entry, realms)]),
    ...(present.length === 0
      ? []
      : ["", { text: "Here already", style: "strong" as const }, ...present.map(toRefLine)]),
    ...refused.flatMap((entry) => ["", ...toRefusedLines(entry)]),
  ];
}

function toInstallLines(
  { qualifiedName, kata, offered }: LockEntryView,
  realms: readonly RealmView[],
): Line[] {
  const realm = realms.find(({ id }) => id === kata.realm);
  return [
    { text: qualifiedName, style: "strong" },
    ...toFields([
      ["from", `${realm?.url ?? kata.realm} (${realm?.trust ?? "not met yet"})`],
      ["about", offered?.description ?? undefined],
      ["skills", offered?.skills.length ? offered.skills.map(({ name }) => name).join(", ") : "none"],
      ["source", `sha256 ${kata.sourceHash}`],
    ]),
  ];
}

function toRefLine({ qualifiedName }: LockEntryView): string {
  return `  ${qualifiedName}`;
}

/** Why a kata of the lock was not installed, and what to do about it. */
export function toRefusedLines({
  qualifiedName,
  problem,
  fix,
}: Pick<LockEntryView, "qualifiedName" | "problem" | "fix">): Line[] {
  return [
    { text: `${qualifiedName} cannot be installed`, style: "bad" },
    ...toFields([
      ["found", problem === null ? undefined : `${problem.code}: ${problem.message}`],
      ["fix", fix ?? undefined],
    ]),
  ];
}
