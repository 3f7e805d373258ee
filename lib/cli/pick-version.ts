import type { Problem, ProposalView, VersionContent, VersionView } from "../desk/shown.ts";
import { toPlainText } from "../model/text.ts";
import { chooseVersion, type VersionChoice } from "./choose-version.ts";
import { CommandError } from "./command-error.ts";
import { askToConfirm } from "./confirm.ts";
import type { DeskContext } from "./desk/with-desk.ts";
import { labelOf } from "./find-proposal.ts";
import { toContentLines, toVersionViewLines } from "./kata-lines.ts";
import { toProposalHead } from "./proposal-lines.ts";

export interface PickOptions {
  kataVersion?: string | undefined;
  acceptOtherCompiler?: boolean | undefined;
  acceptStale?: boolean | undefined;
  yes?: boolean | undefined;
}

/** What a person decided about: the hash binds the decision to what was shown of that version. */
export interface PickedVersion {
  version: string;
  planHash: string;
}

/**
 * The version that the person approves, after they saw what it would install, how it runs and what it changes. With
 * `yes` nobody is asked, and without `kataVersion` the request's own version is meant.
 *
 * @throws CommandError `version_not_offered`, `not_installable`, `declined`, `interrupted`
 */
export async function pickVersion(
  context: Pick<DeskContext, "desk" | "around" | "say">,
  id: string,
  options: PickOptions,
): Promise<PickedVersion> {
  const { kataVersion, yes = false } = options;
  const view = await context.desk.proposal(id, kataVersion);
  const isNamed = kataVersion !== undefined || yes;
  const shown = isNamed
    ? [getInstallable(view, kataVersion ?? view.proposal.kataVersion, options)]
    : view.versions;
  context.say([
    ...toProposalHead(view),
    ...shown.flatMap((version) => ["", ...toVersionViewLines(version, "proposed")]),
  ]);

  const chosen = await choose(
    context,
    view,
    shown.filter((version) => findObstacle(version, options) === undefined),
  );
  const content = await readContent(context, view, chosen);
  // Nobody's word stands behind a kata that is created here but its text.
  context.say(
    content === null ? [] : toContentLines(content, { withSource: view.proposal.kind === "create" }),
  );
  verifyCompiled(view, content, options);
  if (!yes) await confirm(context, view, chosen);
  return chosen;
}

function getInstallable(view: ProposalView, version: string, options: PickOptions): VersionView {
  const { proposal, versions } = view;
  const found = versions.find((one) => one.version === version);
  if (found === undefined) {
    throw new CommandError(
      "version_not_offered",
      `${toPlainText(version, 40)} of ${proposal.kataName} was not offered. Offered: ${listOf(versions)}.`,
    );
  }
  const obstacle = findObstacle(found, options);
  if (obstacle === undefined) return found;
  const others = versions.filter((one) => findObstacle(one, options) === undefined);
  throw notInstallable(
    view,
    version,
    obstacle,
    others.length === 0 ? [] : [`What can be: ${listOf(others)}; choose with --kata-version.`],
  );
}

/** Why nobody could approve this version now, or not without having said more. */
function findObstacle(
  { problem, isCompatible, reasons, isStale, hashes }: VersionView,
  { acceptStale = false }: PickOptions,
): Problem | undefined {
  if (problem !== null) return problem;
  if (!isCompatible) return { code: "incompatible", message: reasons.join(" ") };
  if (isStale && !acceptStale) {
    return {
      code: "realm_stale",
      message: "Its realm's signatures have expired; --accept-stale takes it all the same.",
    };
  }
  if (hashes?.plan == null) return { code: "offer_changed", message: "Nothing of it was offered." };
  return undefined;
}

async function choose(
  { around }: Pick<DeskContext, "around">,
  { proposal }: ProposalView,
  installable: readonly VersionView[],
): Promise<PickedVersion> {
  const [only, ...others] = installable;
  if (only === undefined) {
    throw new CommandError(
      "not_installable",
      `No version of ${proposal.realm.id}:${proposal.kataName} can be installed; each says why above.`,
    );
  }
  if (others.length === 0) return toPicked(only);
  const version = await chooseVersion(proposal.kataName, installable.map(toChoice), proposal.kataVersion, {
    input: around.stdin,
    output: around.stdout,
    signal: around.signal,
  });
  const chosen = installable.find((one) => one.version === version);
  if (chosen === undefined) throw interrupted();
  return toPicked(chosen);
}

async function readContent(
  { desk }: Pick<DeskContext, "desk">,
  { proposal, selected }: ProposalView,
  { version }: PickedVersion,
): Promise<VersionContent | null> {
  if (selected?.version === version) return selected;
  return (await desk.proposal(proposal.id, version)).selected;
}

function verifyCompiled(
  view: ProposalView,
  content: VersionContent | null,
  { acceptOtherCompiler = false }: PickOptions,
): void {
  if (content?.compiled === "differs") {
    throw notInstallable(view, content.version, {
      code: "compiled_hash_mismatch",
      message: "This Ronin compiles it to something else than its realm promises.",
    });
  }
  if (content?.compiled !== "other_compiler" || acceptOtherCompiler) return;
  throw notInstallable(view, content.version, {
    code: "compiled_by_other_version",
    message: "Another Ronin version compiled it; --accept-other-compiler takes it all the same.",
  });
}

async function confirm(
  { around }: Pick<DeskContext, "around">,
  { proposal }: ProposalView,
  { version }: PickedVersion,
): Promise<void> {
  const terminal = { input: around.stdin, output: around.stdout, signal: around.signal };
  const question = `Install ${toPlainText(labelOf(proposal, version), 160)}?`;
  const answer = await askToConfirm(question, terminal);
  if (answer === undefined) throw interrupted();
  if (!answer) throw new CommandError("declined", "Nothing was changed; the request still waits.");
}

function toChoice(view: VersionView): VersionChoice {
  const { version, tags, complexity, description, releasedAt, status } = view;
  return {
    version,
    tags,
    complexity: complexity ?? undefined,
    description: description ?? undefined,
    releaseDate: releasedAt ?? undefined,
    status: status === "deprecated" ? "deprecated" : "active",
    isCompatible: true,
  };
}

function toPicked({ version, hashes }: VersionView): PickedVersion {
  return { version, planHash: hashes?.plan ?? "" };
}

function notInstallable(
  { proposal }: ProposalView,
  version: string,
  { code, message }: Problem,
  more: readonly string[] = [],
): CommandError {
  const why = `${code}: ${toPlainText(message, 1000)}`;
  return new CommandError(
    "not_installable",
    [`${labelOf(proposal, version)} cannot be installed.`, why, ...more].join("\n"),
  );
}

function interrupted(): CommandError {
  return new CommandError("interrupted", "Nothing was changed; the request still waits.");
}

function listOf(versions: readonly VersionView[]): string {
  return toPlainText(versions.map((one) => one.version).join(", "), 400);
}
