/**
 * The whole guide in one run: a realm is synced, an agent misses a capability, the Dojo proposes, a person
 * approves a version, and the kata is downloaded, verified, compiled, registered, and has a receipt.
 *
 *   npm run demo                 asks which version to install
 *   npm run demo -- --yes        takes the newest compatible one
 *   npm run demo -- --tamper     one bit of the served katas is flipped: nothing may be installed
 */
import { parseArgs } from "node:util";
import { chooseVersion } from "../../lib/cli/choose-version.ts";
import type { EventPayload } from "../../lib/events.ts";
import { approveWithCommand, readReceipts } from "./commands.ts";
import { listenToPack, say, step } from "./narrate.ts";
import { openStage, type Stage } from "./stage.ts";

const INTENT = "I need to track all recurring subscriptions";
const TIMEOUT_MS = 20_000;

interface DemoOptions {
  yes: boolean;
  tamper: boolean;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 2;
  if (!options.yes && !process.stdin.isTTY) {
    console.error("demo: this is no terminal, so nobody can choose a version. Use: npm run demo -- --yes");
    return 2;
  }
  listenToPack();
  const stage = await openStage({ tamper: options.tamper });
  process.once("SIGINT", () => void stage.close().then(() => process.exit(130)));
  process.once("SIGTERM", () => void stage.close().then(() => process.exit(143)));
  try {
    return await tell(stage, options);
  } finally {
    await stage.close();
  }
}

async function tell(stage: Stage, { yes, tamper }: DemoOptions): Promise<number> {
  step(`A Ronin is running with the pack in ${stage.home}/.ronin`);
  step(
    `A realm of katas is served at ${stage.realmUrl}${tamper ? ", with one bit of each source flipped" : ""}`,
  );
  say(`signed, and pinned to the fingerprint ${stage.fingerprint.slice(0, 16)}…`);
  await stage.host.runAgent("realm-sync-agent");
  const { added } = await stage.seen("realm.synced", ({ realmId }) => realmId === "examples", TIMEOUT_MS);
  step(`realm-sync-agent synced it: ${added} kata versions are in the index`);

  step(`An agent reports a missing capability: "${INTENT}"`);
  stage.host.api.events.emit("capability.missing", { intent: INTENT }, "demo");
  const proposal = await stage.seen("kata.install_proposed", () => true, TIMEOUT_MS);
  step(`The Dojo proposes ${proposal.kataName} from the realm ${proposal.fromRealm}. All versions:`);
  showVersions(proposal);

  say(`The page that shows this, and where you could decide as well: ${stage.pageLink()}`);
  const version = await choose(proposal, yes);
  if (version === undefined) {
    say("Nothing was approved, so nothing was installed.");
    return 130;
  }
  step(
    `You approve ${version}, which is: realms approve ${proposal.proposalId.slice(0, 8)} --kata-version ${version}`,
  );
  const approval = await approveWithCommand(stage, proposal.proposalId, version);
  if (approval.exitCode !== 0) say(approval.errors);

  step("Read back from the database file by a new process:");
  const receipts = await readReceipts(stage);
  say(receipts.output);
  stage.pointToState(approval.exitCode === 0);
  return approval.exitCode;
}

function readOptions(): DemoOptions | undefined {
  try {
    const { values } = parseArgs({
      options: { yes: { type: "boolean", default: false }, tamper: { type: "boolean", default: false } },
    });
    return { yes: values.yes || values.tamper, tamper: values.tamper };
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : error}`);
    console.error("demo: options are --yes (take the newest version) and --tamper (serve changed katas)");
    return undefined;
  }
}

type Proposal = EventPayload<"kata.install_proposed">;

function showVersions({ versions }: Proposal): void {
  for (const shown of versions) {
    const released =
      shown.releaseDate === undefined ? "" : new Date(shown.releaseDate).toISOString().slice(0, 10);
    const required = shown.plan.slice(0, -1).map(({ kata }) => kata);
    say(`${shown.version}  ${released}  ${shown.complexity}  ${shown.tags.join(", ")}`);
    say(`    ${shown.description ?? ""}`);
    if (shown.changes !== undefined) say(`    new: ${shown.changes}`);
    say(`    skills: ${shown.requiredSkills.join(", ")}`);
    if (required.length > 0) say(`    installs too: ${required.join(", ")}`);
    if (!shown.isCompatible) say(`    cannot be installed here: ${shown.suggestions.join("; ")}`);
  }
}

async function choose({ kataName, versions }: Proposal, yes: boolean): Promise<string | undefined> {
  if (!yes) return chooseVersion(kataName, versions);
  return versions.find(({ isCompatible }) => isCompatible)?.version;
}

process.exitCode = await main();
