import { Database } from "bun:sqlite";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../lib/build/build.ts";
import type { InstalledKataView } from "../../lib/web/view-models.ts";
import { publishSigned } from "./publisher.ts";
import { runCommand } from "./run-command.ts";
import type { RunningRonin } from "./running-ronin.ts";
import { signIn } from "./sign-in.ts";
import { dropIn, expectQuietLog, expectSynced, type Scene, WAIT_MS, withRonin } from "./stage.ts";

/** What one step of the story works with. */
interface Life extends Pick<Scene, "ronin" | "report"> {
  running: RunningRonin;
  /** The built command beside this Ronin; false and its output when it did not end well. */
  realms(...args: string[]): Promise<{ isDone: boolean; output: string }>;
  katas: string;
  republish(): Promise<void>;
}

/** A realm of its own, which publishes a new version while the Ronin runs. */
export async function playLife(scene: Scene): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "realms-life-"));
  const katas = join(folder, "katas");
  cpSync(join(projectRoot, "examples/katas"), katas, { recursive: true });
  const realm = await publishSigned(scene.dist, folder, katas);
  try {
    const living = { ...scene, realm };
    await withRonin(living, {}, dropIn(living), async (running) => {
      await expectSynced(scene.report, running);
      const realms: Life["realms"] = async (...args) => {
        const { exitCode, output } = await runCommand(scene.dist, args, running.env);
        return { isDone: exitCode === 0, output };
      };
      const life: Life = { ...living, running, realms, katas, republish: realm.republish };
      await create(life);
      await update(life);
      await offerContract(life);
      await takeOut(life);
      await putBack(life);
      expectQuietLog(scene.report, running);
    });
  } finally {
    await realm.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function create({ report, running, realms }: Life): Promise<void> {
  await running.post("capability.missing", { intent: "juggle seventeen zebras" });
  const proposed = await untilPending(running, "kind = 'create'");
  report.check("a need that no realm meets leads to the proposal of a new kata, without a model", !!proposed);
  const approval = await realms("approve", proposed ?? "", "--yes");
  report.check("`realms approve` creates it", approval.isDone, approval.output);
  const [made] = running.rows<{ kata: string; graph: string }>(
    "SELECT name || '@' || version AS kata, compiled_graph AS graph FROM kata_definitions WHERE name LIKE 'custom.%'",
  );
  report.check(
    "Ronin has compiled and registered it",
    JSON.parse(made?.graph ?? "{}").phases !== undefined,
    made,
  );
  const receipts = running.rows<{ kata: string }>(
    "SELECT kata_name || '@' || kata_version AS kata FROM kata_install_receipts WHERE from_realm = 'local'",
  );
  report.check("with a receipt from the realm `local`", receipts[0]?.kata === made?.kata, receipts);
}

async function update({ report, running, realms, katas, republish }: Life): Promise<void> {
  const install = await realms("install", "examples:finance.subscriptions@v2", "--yes");
  report.check("v2 of a kata is installed", install.isDone, install.output);
  const old = readFileSync(join(katas, "finance.subscriptions-v2.kata"), "utf8");
  const fresh = old.replace("kata finance.subscriptions v2", "kata finance.subscriptions v4");
  writeFileSync(join(katas, "finance.subscriptions-v4.kata"), fresh);
  await republish();
  const sync = await realms("sync", "examples");
  report.check("the realm publishes v4, and is synced", sync.isDone, sync.output);
  const proposed = await untilPending(running, "kata_version = 'v4'");
  report.check("v4 is proposed by itself", proposed !== undefined);
  report.check("and not installed by itself", !registered(running).includes("finance.subscriptions@v4"));
  const updates = await realms("updates", "finance.subscriptions", "--diff");
  const isShown =
    updates.output.includes(proposed ?? "-") && updates.output.includes("+  kata finance.subscriptions v4");
  report.check("`realms updates` shows what it changes", isShown, updates.output);
  const approval = await realms("approve", proposed ?? "", "--yes");
  report.check("it is approved", approval.isDone, approval.output);
  report.check("and registered in Ronin", registered(running).includes("finance.subscriptions@v4"));
}

async function offerContract({ ronin, report, running }: Life): Promise<void> {
  const { ask } = await signIn(running);
  const path = "/dojo/api/installed/finance.subscriptions/v4";
  const { contract, isIdle } = (await (await ask(path)).json()) as InstalledKataView;
  const { ContractParserV2 } = await import(join(ronin.root, "src/contract/parser-v2.ts"));
  const read = contract === null ? undefined : new ContractParserV2().parse(contract);
  report.check(
    "the page offers a contract that Ronin's own parser reads as that kata, nightly",
    read?.targetKata === "finance.subscriptions" &&
      read.targetKataVersion === "v4" &&
      read.triggerConfig.expression === "0 3 * * *",
    { contract, read },
  );
  report.check("and says that this Ronin starts neither katas nor contracts", isIdle);
  report.check("nobody has saved it", running.rows("SELECT 1 FROM contracts_v2").length === 0);
}

async function takeOut({ report, running, realms }: Life): Promise<void> {
  const { change } = await signIn(running);
  const onPage = await change("/dojo/api/installed/finance.subscriptions/v2/uninstall", {});
  report.check("a version is taken out on the page", onPage.status === 200, await onPage.text());
  const byCommand = await realms("uninstall", "notify.user@v1", "--yes");
  report.check(
    "another by `realms uninstall`, which names the kata that needs it",
    byCommand.isDone && byCommand.output.includes("finance.subscriptions@v4"),
    byCommand.output,
  );
  const left = registered(running);
  report.check(
    "Ronin has neither any more",
    !left.includes("finance.subscriptions@v2") && !left.includes("notify.user@v1"),
    left,
  );
  const removals = running.rows("SELECT 1 FROM kata_removals");
  report.check("each has a record", removals.length === 2, removals);
}

async function putBack({ report, running, realms }: Life): Promise<void> {
  const database = new Database(running.databasePath);
  database.run("PRAGMA busy_timeout = 5000");
  database.run("DELETE FROM kata_definitions WHERE name = 'finance.subscriptions'");
  database.close();
  const restore = await realms("restore");
  report.check("`realms restore` puts back what Ronin has lost", restore.isDone, restore.output);
  const back = registered(running);
  report.check(
    "and nothing that was taken out",
    back.includes("finance.subscriptions@v4") && !back.includes("notify.user@v1"),
    back,
  );
  const verified = await realms("verify");
  report.check("`realms verify` finds everything as its receipts say", verified.isDone, verified.output);
}

function untilPending(running: RunningRonin, which: string): Promise<string | undefined> {
  const sql = `SELECT id FROM kata_install_requests WHERE status = 'pending' AND ${which}`;
  return running.until(() => running.rows<{ id: string }>(sql)[0]?.id, WAIT_MS);
}

function registered(running: RunningRonin): string[] {
  return running
    .rows<{ kata: string }>("SELECT name || '@' || version AS kata FROM kata_definitions")
    .map(({ kata }) => kata);
}
