import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { RealmsError } from "../../errors.ts";
import { findTrouble } from "../../life/report-trouble.ts";
import { verifyShared } from "../../publish/share-folder.ts";
import type { RealmsRegistry } from "../../registry/registry.ts";
import { retryBusy } from "../../registry/retry.ts";
import { readSettings } from "../../runtime/settings.ts";
import { EXIT_DONE, EXIT_FAILED } from "../command-error.ts";
import { type GlobalOptions, withHost } from "../context.ts";
import { findPageDesk } from "../desk/page-desk.ts";
import { checkHost } from "../doctor/check-host.ts";
import { checkKatas } from "../doctor/check-katas.ts";
import { checkPack } from "../doctor/check-pack.ts";
import { checkRealms } from "../doctor/check-realms.ts";
import { checkRequests } from "../doctor/check-requests.ts";
import { checkSkills } from "../doctor/check-skills.ts";
import { type Finding, problem } from "../doctor/finding.ts";
import type { FolderContext } from "../folder-context.ts";
import { countOf, toFields } from "../format.ts";
import { isHostUp } from "../host-client.ts";
import { type HostLocation, locateHost } from "../locate-host.ts";
import type { Report } from "../print.ts";
import type { Surroundings } from "../surroundings.ts";

/**
 * `realms doctor`: what keeps this pack from working here, each with the fix. It changes nothing. The exit code
 * is 1 when there is a problem.
 *
 * @throws CommandError `usage`
 */
export async function doctorCommand({ around }: FolderContext, options: GlobalOptions): Promise<Report> {
  const host = locateHost(options, around);
  const isUp = await isHostUp(host.port);
  const home = join(around.env.HOME || homedir(), ".ronin");
  const config = readConfig(home);
  const findings = [
    ...checkHost(host, isUp, around),
    ...checkPack(agentsDirOf(home, config, around), home),
    ...checkSettings(config),
    ...(await checkRecords(options, around)),
    ...(await checkInstalled(host, around)),
  ];
  const problems = findings.filter(({ level }) => level === "problem").length;
  return {
    json: { outcome: problems === 0 ? "well" : "problems", problems, findings },
    lines: toLines(findings),
    exitCode: problems === 0 ? EXIT_DONE : EXIT_FAILED,
  };
}

type Config = Record<string, unknown>;

/** The host's config file. One that cannot be read is the host's to complain about; it then uses its defaults. */
function readConfig(home: string): Config {
  try {
    return Object(JSON.parse(readFileSync(join(home, "config.json"), "utf8")));
  } catch {
    // No file, or none that can be read: then nothing is set in it.
    return {};
  }
}

/** Where the host takes a user's agents from; the variable replaces the folder of the home. */
function agentsDirOf(home: string, { externalAgentDir }: Config, { env, cwd }: Surroundings): string {
  const configured = typeof externalAgentDir === "string" ? externalAgentDir : undefined;
  return resolve(cwd, env.RONIN_EXTERNAL_AGENT_DIR || configured || join(home, "agents"));
}

function checkSettings({ realms }: Config): Finding[] {
  const { settings, problems } = readSettings(realms);
  return [
    ...problems.map(({ message }) =>
      problem(
        "setting_ignored",
        `A setting is ignored: ${message}.`,
        "Correct it in Ronin's config.json, and restart Ronin.",
      ),
    ),
    ...checkShare(settings.share?.folder),
  ];
}

function checkShare(folder: string | undefined): Finding[] {
  try {
    if (folder !== undefined) verifyShared(folder);
    return [];
  } catch (error) {
    if (!(error instanceof RealmsError)) throw error;
    const [found = "", fix = "Restore the folder from a copy."] = error.message.split("\n");
    return [problem("share_refused", found, fix)];
  }
}

async function checkRecords(options: GlobalOptions, around: Surroundings): Promise<Finding[]> {
  try {
    return await withHost(options, around, noWords, ({ registry }) =>
      retryBusy(() => readFindings(registry, around.clock.now())),
    );
  } catch (error) {
    return [toFinding("database", error, "Start Ronin with the pack, or name its database with --db.")];
  }
}

async function checkInstalled(host: HostLocation, around: Surroundings): Promise<Finding[]> {
  try {
    const desk = await findPageDesk(host, around);
    return desk === undefined ? [] : await checkSkills(desk);
  } catch (error) {
    return [toFinding("page_unusable", error, "Its log says why.")];
  }
}

/** An expected failure, whose message may say in its second line what to do. */
function toFinding(code: Finding["code"], error: unknown, fallback: string): Finding {
  if (!(error instanceof RealmsError)) throw error;
  const [found = "", ...fix] = error.message.split("\n");
  return problem(code, found, fix.length === 0 ? fallback : fix.join(" "));
}

function noWords(): void {}

function readFindings(registry: RealmsRegistry, now: number): Finding[] {
  const realms = registry.getRealms().map((realm) => ({ realm, sync: registry.getSyncStatus(realm.id) }));
  return [
    ...checkRealms(realms, now),
    ...checkRequests(registry.getRequests(), now),
    ...checkKatas(findTrouble(registry)),
  ];
}

function toLines(findings: readonly Finding[]): string[] {
  const problems = findings.filter(({ level }) => level === "problem");
  const notices = findings.filter(({ level }) => level === "notice");
  const isWell = problems.length === 0;
  return [
    isWell ? "All is well." : `${countOf(problems.length, "problem", "problems")}.`,
    ...problems.flatMap(toFindingLines),
    ...(notices.length === 0 ? [] : ["", "Worth knowing:"]),
    ...notices.flatMap(toFindingLines),
  ];
}

function toFindingLines({ code, found, fix }: Finding): string[] {
  return [
    "",
    code,
    ...toFields([
      ["found", found],
      ["fix", fix],
    ]),
  ];
}
