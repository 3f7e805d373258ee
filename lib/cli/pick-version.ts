import type { OfferedVersion } from "../install/offered-versions.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { statusOf } from "../model/kata.ts";
import { toPlainText } from "../model/text.ts";
import { chooseVersion, type VersionChoice } from "./choose-version.ts";
import { CommandError } from "./command-error.ts";
import { askToConfirm } from "./confirm.ts";
import type { CommandContext } from "./context.ts";
import { labelOf } from "./find-request.ts";
import { toAllVersionLines, toRequestLines } from "./request-lines.ts";

export interface PickOptions {
  kataVersion?: string | undefined;
  yes?: boolean | undefined;
}

/**
 * The version that the person approves, after they saw what it would install. With `yes` nobody is asked, and
 * without `kataVersion` the request's own version is meant, as in an approval that names none.
 *
 * @throws CommandError `version_not_offered`, `not_installable`, `declined`, `interrupted`
 */
export async function pickVersion(
  context: Pick<CommandContext, "around" | "say">,
  request: KataInstallRequest,
  versions: readonly OfferedVersion[],
  { kataVersion, yes = false }: PickOptions,
): Promise<OfferedVersion> {
  const named = kataVersion !== undefined || yes;
  const shown = named ? [getInstallable(request, versions, kataVersion ?? request.kataVersion)] : versions;
  context.say([...toRequestLines(request), ...toAllVersionLines(request, shown)]);

  const installable = shown.filter((offered) => offered.problem === undefined);
  const [only] = installable;
  if (only === undefined) throw noneInstallable(request);
  if (yes) return only;
  if (installable.length > 1) return await choose(context, request, installable);
  await confirm(context, request, only);
  return only;
}

function getInstallable(
  request: KataInstallRequest,
  versions: readonly OfferedVersion[],
  version: string,
): OfferedVersion {
  const offered = versions.find((one) => one.version === version);
  if (offered === undefined) {
    throw new CommandError(
      "version_not_offered",
      `${toPlainText(version, 40)} of ${request.kataName} was not offered. Offered: ${listOf(versions)}.`,
    );
  }
  if (offered.problem === undefined) return offered;
  const others = versions.filter((one) => one.problem === undefined);
  throw new CommandError(
    "not_installable",
    [
      `${labelOf(request, version)} cannot be installed.`,
      `${offered.problem.code}: ${toPlainText(offered.problem.message, 1000)}`,
      ...(others.length === 0 ? [] : [`What can be: ${listOf(others)}; choose with --kata-version.`]),
    ].join("\n"),
  );
}

async function choose(
  { around }: Pick<CommandContext, "around">,
  request: KataInstallRequest,
  installable: readonly OfferedVersion[],
): Promise<OfferedVersion> {
  const terminal = { input: around.stdin, output: around.stdout, signal: around.signal };
  const version = await chooseVersion(
    request.kataName,
    installable.flatMap(toChoice),
    request.kataVersion,
    terminal,
  );
  const chosen = installable.find((offered) => offered.version === version);
  if (chosen === undefined) throw interrupted();
  return chosen;
}

async function confirm(
  { around }: Pick<CommandContext, "around">,
  request: KataInstallRequest,
  { version }: OfferedVersion,
): Promise<void> {
  const terminal = { input: around.stdin, output: around.stdout, signal: around.signal };
  const question = `Install ${toPlainText(labelOf(request, version), 160)}?`;
  const answer = await askToConfirm(question, terminal);
  if (answer === undefined) throw interrupted();
  if (!answer) throw new CommandError("declined", "Nothing was changed; the request still waits.");
}

function toChoice({ version, kata }: OfferedVersion): VersionChoice[] {
  if (kata === undefined) return [];
  const { tags, complexity, description, releaseDate } = kata;
  const status = statusOf(kata) === "deprecated" ? "deprecated" : "active";
  return [{ version, tags, complexity, description, releaseDate, status, isCompatible: true }];
}

function noneInstallable(request: KataInstallRequest): CommandError {
  return new CommandError(
    "not_installable",
    `No version of ${request.fromRealm}:${request.kataName} can be installed; each says why above.`,
  );
}

function interrupted(): CommandError {
  return new CommandError("interrupted", "Nothing was changed; the request still waits.");
}

function listOf(versions: readonly OfferedVersion[]): string {
  return toPlainText(versions.map((one) => one.version).join(", "), 400);
}
