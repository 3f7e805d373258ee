import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../lib/build/build.ts";
import { decideOnPage } from "./decide-on-page.ts";
import { playLife } from "./life.ts";
import type { Report } from "./report.ts";
import { runCommand } from "./run-command.ts";
import type { RunningRonin } from "./running-ronin.ts";
import {
  dropIn,
  expectQuietLog,
  expectSynced,
  type Scene,
  tableExists,
  WAIT_MS,
  withRonin,
} from "./stage.ts";

const INTENT = "I need to track all recurring subscriptions";

export const scenarios: Array<[title: string, play: (scene: Scene) => Promise<void>]> = [
  ["Dropped into the Ronin home, approvals confirmed", playConfirmed],
  ["Dropped into the Ronin home, decided on the page", playOnPage],
  ["Dropped into the Ronin home, approvals by event", playByEvent],
  ["Only dist/agents copied into another agents directory", playAgentsOnly],
  ["Unbuilt, with RONIN_EXTERNAL_AGENT_DIR naming the agents folder", playUnbuilt],
  ["The life of a kata: created, updated, taken out, put back", playLife],
  ["A realm signed with other keys than the pinned ones", playImpostor],
  ["A signed realm that Ronin shares", playShared],
];

async function playConfirmed(scene: Scene): Promise<void> {
  await withRonin(scene, {}, dropIn(scene), async (running) => {
    const request = await expectProposal(scene.report, running);
    await running.post("kata.user_approved", { proposalId: request.id, approvedBy: "nobody" });
    await Bun.sleep(2000);
    const [row] = running.rows<{ status: string }>(
      `SELECT status FROM kata_install_requests WHERE id = '${request.id}'`,
    );
    scene.report.check(
      "a bare kata.user_approved leaves the request pending",
      row?.status === "pending",
      row,
    );
    scene.report.check("and registers nothing", countInstalled(running) === 0);

    const approval = await runCommand(
      scene.dist,
      ["approve", request.id, "--kata-version", "v2", "--yes"],
      running.env,
    );
    scene.report.check("`realms approve` ends with exit code 0", approval.exitCode === 0, approval.output);
    expectInstalled(scene.report, running, ["finance.subscriptions@v2", "notify.user@v1"]);
    expectQuietLog(scene.report, running, ["was ignored, proof_missing"]);
  });
}

async function playOnPage(scene: Scene): Promise<void> {
  await withRonin(scene, {}, dropIn(scene), async (running) => {
    const { id } = await expectProposal(scene.report, running);
    await running.post("kata.user_approved", { proposalId: id, approvedBy: "nobody" });
    await decideOnPage(scene.report, running, { id, version: "v1" });
    expectInstalled(scene.report, running, ["finance.subscriptions@v1"]);
    expectQuietLog(scene.report, running, ["was ignored, proof_missing"]);
  });
}

async function playByEvent(scene: Scene): Promise<void> {
  await withRonin(scene, { approvals: "event" }, dropIn(scene), async (running) => {
    await expectStoryByEvent(scene, running);
    expectQuietLog(scene.report, running);
  });
}

async function playAgentsOnly(scene: Scene): Promise<void> {
  const install = async (home: string) => {
    const folder = join(home, "my-agents");
    await mkdir(folder);
    await cp(join(scene.dist, "agents"), folder, { recursive: true });
    return { RONIN_EXTERNAL_AGENT_DIR: folder };
  };
  await withRonin(scene, { approvals: "event" }, install, async (running) => {
    await expectStoryByEvent(scene, running);
    expectQuietLog(scene.report, running);
  });
}

async function playUnbuilt(scene: Scene): Promise<void> {
  const install = async () => ({ RONIN_EXTERNAL_AGENT_DIR: join(projectRoot, "agents") });
  await withRonin(scene, { approvals: "event" }, install, async (running) => {
    await expectStoryByEvent(scene, running);
    expectQuietLog(scene.report, running);
  });
}

async function playImpostor(scene: Scene): Promise<void> {
  const mixed = { ...scene, realm: { ...scene.impostor, fingerprint: scene.realm.fingerprint } };
  await withRonin(mixed, {}, dropIn(mixed), async (running) => {
    const refused = await running.until(async () => {
      const found = await readStatus(scene, running);
      return found?.failure == null ? undefined : found;
    }, WAIT_MS);
    scene.report.check(
      "`realms status` shows the failed sync as root_mismatch",
      refused?.failure?.code === "root_mismatch",
      refused,
    );
    scene.report.check("and an index without a row of it", refused?.versions === 0, refused);
    await running.post("capability.missing", { intent: INTENT });
    await Bun.sleep(2000);
    const requests = running.rows("SELECT * FROM kata_install_requests WHERE from_realm = 'examples'");
    scene.report.check("nothing of it is proposed", requests.length === 0, requests);
    scene.report.check("and nothing is installed", countInstalled(running) === 0);
  });
}

async function playShared(scene: Scene): Promise<void> {
  const { report, realm } = scene;
  const share = { folder: realm.site };
  await withRonin(scene, { share }, dropIn(scene), async (running) => {
    const url = `http://127.0.0.1:${running.port}/realms/v1`;
    const pointer = await running.until(async () => {
      const response = await fetch(`${url}/realm.json`);
      return response.ok ? response : undefined;
    }, WAIT_MS);
    const original = await (await fetch(`${realm.url}/realm.json`)).text();
    report.check("serves the pointer as it lies in the folder", (await pointer?.text()) === original);
    const pack = (JSON.parse(original) as { base: Array<{ sha256: string }> }).base[0]?.sha256;
    const [served, lying] = await Promise.all(
      [url, realm.url].map(async (at) => (await fetch(`${at}/packs/${pack}.ndjson.gz`)).bytes()),
    );
    report.check("and a pack", String(served) === String(lying) && String(served).length > 100);
    for (const path of ["", "index.html", "..%2fsite%2frealm.json", "metadata/"]) {
      const { status } = await fetch(`${url}/${path}`);
      report.check(`answers 404 to /realms/v1/${path}`, status === 404, status);
    }
    const posted = await fetch(`${url}/realm.json`, { method: "POST", body: "{}" });
    report.check("answers 405 to a POST", posted.status === 405, posted.status);
    const rebound = await fetch(`${url}/realm.json`, { headers: { host: "evil.example" } });
    report.check("answers 403 under a rebound name", rebound.status === 403, rebound.status);
    expectQuietLog(report, running);
  });
}

interface RealmStatus {
  id: string;
  failure: { code: string } | null;
  versions: number;
}

async function readStatus({ dist }: Scene, running: RunningRonin): Promise<RealmStatus | undefined> {
  const { exitCode, output } = await runCommand(dist, ["status", "--json"], running.env);
  if (exitCode !== 0) return undefined;
  const { realms }: { realms: RealmStatus[] } = JSON.parse(output);
  return realms.find(({ id }) => id === "examples");
}

interface PendingRow {
  id: string;
  kata_name: string;
  kata_version: string;
}

async function expectProposal(report: Report, running: RunningRonin): Promise<PendingRow> {
  await expectSynced(report, running);
  await running.post("capability.missing", { intent: INTENT });
  const request = await running.until(
    () =>
      running
        .rows<PendingRow>(
          "SELECT id, kata_name, kata_version FROM kata_install_requests WHERE status = 'pending'",
        )
        .at(0),
    WAIT_MS,
  );
  report.check(
    "capability.missing leads to a pending request for finance.subscriptions v2",
    request?.kata_name === "finance.subscriptions" && request.kata_version === "v2",
    request,
  );
  if (request === undefined) throw new Error("no proposal");
  return request;
}

async function expectStoryByEvent({ report }: Scene, running: RunningRonin): Promise<void> {
  const request = await expectProposal(report, running);
  await running.post("kata.user_approved", { proposalId: request.id, approvedBy: "mira", kataVersion: "v1" });
  await running.until(() => (countInstalled(running) > 0 ? true : undefined), WAIT_MS);
  expectInstalled(report, running, ["finance.subscriptions@v1"]);
}

function expectInstalled(report: Report, running: RunningRonin, katas: string[]): void {
  const receipts = running.rows<{ kata: string; trust: string }>(
    "SELECT kata_name || '@' || kata_version AS kata, trust FROM kata_install_receipts ORDER BY 1",
  );
  report.check(
    `receipts for ${katas.join(" and ")}`,
    String(receipts.map(({ kata }) => kata)) === String(katas),
    receipts,
  );
  report.check(
    "each receipt says that the realm was trusted as pinned",
    receipts.length > 0 && receipts.every(({ trust }) => trust === "pinned"),
    receipts,
  );
  const registered = running
    .rows<{ kata: string }>("SELECT name || '@' || version AS kata FROM kata_definitions")
    .map(({ kata }) => kata);
  report.check(
    "registered in the host's kata_definitions",
    katas.every((kata) => registered.includes(kata)),
    registered,
  );
}

function countInstalled(running: RunningRonin): number {
  if (!tableExists(running, "kata_install_receipts")) return 0;
  return running.rows("SELECT 1 FROM kata_install_receipts").length;
}
