import type { KataView, SkillView, VersionContent, VersionView } from "../desk/shown.ts";
import { toFields, toIsoDate, toParagraph, toShortHash } from "./format.ts";
import { toGraphLines } from "./graph-lines.ts";
import type { Line } from "./print.ts";
import { toDiffLines, toSourceLines } from "./source-lines.ts";

/**
 * One kata of a realm, with all versions or with the one that was asked for, and what stands in the selected one.
 *
 * @param asked the version that the person named
 */
export function toKataLines(
  { realm, name, versions, selected, installedVersions, ...kata }: KataView,
  asked: string | undefined,
): Line[] {
  const label = `${realm.id}:${name}`;
  const shown = versions.filter(({ version }) => asked === undefined || version === asked);
  const chosen = shown.find(({ isProposed }) => isProposed) ?? shown[0];
  return [
    { text: label, style: "strong" },
    ...toFields([
      ["realm", `${realm.name} (${realm.trust ?? realm.type})`],
      ["installed", installedVersions.length === 0 ? "no" : installedVersions.join(", ")],
      ["versions", asked === undefined ? undefined : versions.map(({ version }) => version).join(", ")],
      ["waits", kata.pendingProposalId === null ? undefined : `realms show ${kata.pendingProposalId}`],
    ]),
    ...shown.flatMap((version) => ["", ...toVersionViewLines(version, "default")]),
    ...(selected === null ? [] : toContentLines(selected, { withSource: true })),
    ...(chosen?.isCompatible === true && !chosen.isInstalled
      ? ["", `Install:  realms install ${label}@${chosen.version}`]
      : []),
  ];
}

/**
 * What one version is and would install, under a heading of its own.
 *
 * @param proposed what the one that is proposed is called here
 */
export function toVersionViewLines(view: VersionView, proposed: "proposed" | "default"): Line[] {
  const { version, status, problem, hashes } = view;
  const isNew = !view.isInstalled;
  const marks = [
    ...(view.isProposed ? [proposed] : []),
    ...(view.isInstalled ? ["installed"] : []),
    ...(status === "active" ? [] : [status]),
    ...(isNew && (problem !== null || !view.isCompatible) ? ["cannot be installed"] : []),
  ];
  return [
    { text: marks.length === 0 ? version : `${version} (${marks.join(", ")})`, style: "strong" },
    ...toFields([
      ["stale", view.isStale ? "realm_stale: installing it takes --accept-stale" : undefined],
      ["problem", problem === null ? undefined : `${problem.code}: ${problem.message}`],
      ["about", view.description ?? undefined],
      ["changes", view.changes ?? undefined],
      ["released", view.releasedAt === null ? undefined : toIsoDate(view.releasedAt)],
      ["complexity", view.complexity ?? undefined],
      ["tags", view.tags.join(", ")],
      ["author", view.author ?? undefined],
      ["license", view.license ?? undefined],
      ["more", view.documentation ?? undefined],
      ["skills", view.skills.length === 0 ? "none" : view.skills.map(toSkill)],
      [
        "installs",
        view.plan.map((step) =>
          step.isInstalled ? `${step.qualifiedName} (is installed)` : step.qualifiedName,
        ),
      ],
      ["source", hashes === null ? undefined : `sha256 ${toShortHash(hashes.source)}`],
      ["compiled", hashes === null ? undefined : `sha256 ${toShortHash(hashes.compiled)}`],
      ["note", view.reasons],
    ]),
  ];
}

/** `local.shell.run (shell, high risk, missing)` */
function toSkill({ name, reach, riskLevel, isPresent }: SkillView): string {
  const marks = [
    ...(reach === null ? [] : [reach]),
    ...(riskLevel === null || riskLevel === "low" ? [] : [`${riskLevel} risk`]),
    ...(isPresent ? [] : ["missing"]),
  ];
  return marks.length === 0 ? name : `${name} (${marks.join(", ")})`;
}

/** How it runs, what stands in it, and what differs from the version that is installed. */
export function toContentLines(
  { version, source, graph, compiled, diff }: VersionContent,
  { withSource }: { withSource: boolean },
): Line[] {
  if (source.kind === "unavailable") {
    return ["", heading(`Source of ${version}`), ...toParagraph(`${source.code}: ${source.message}`, 2)];
  }
  return [
    ...(graph === null ? [] : ["", heading(`Phases of ${version}`), ...toGraphLines(graph)]),
    ...(withSource ? ["", heading(`Source of ${version}`), ...toSourceLines(source.text)] : []),
    ...(diff === null
      ? []
      : ["", heading(`Changes against ${diff.against}, which is installed`), ...toDiffLines(diff.lines)]),
    ...(compiled === null ? [] : toVerdictLines(compiled)),
  ];
}

const verdicts: Record<NonNullable<VersionContent["compiled"]>, string | undefined> = {
  matches: undefined,
  other_compiler:
    "Another Ronin version compiled this. Approving it takes --accept-other-compiler, once you have read the source.",
  differs: "This Ronin compiles it to something else than its realm promises, so it cannot be installed.",
};

function toVerdictLines(compiled: NonNullable<VersionContent["compiled"]>): Line[] {
  const verdict = verdicts[compiled];
  return verdict === undefined ? [] : ["", ...toParagraph(verdict)];
}

function heading(text: string): Line {
  return { text, style: "strong" };
}
