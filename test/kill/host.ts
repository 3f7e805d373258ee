/*
 * The host of the matrix, in a process of its own: an embedded host with this pack on the files of `home`. It does
 * one part of the story, as host and as the person in front of it, and ends with 0 when that came to its end.
 */
import { appendFileSync, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { startHost } from "ronin-plugin-api";
import { type EventName, eventTable } from "../../lib/events.ts";
import { offerOf, toDecision } from "../../lib/install/vouched.ts";
import { LOCAL_REALM_ID } from "../../lib/model/realm.ts";
import { readApprovalKey } from "../../lib/runtime/approval-key.ts";
import { createProof } from "../../lib/trust/approval-proof.ts";
import { exampleSkills } from "../../examples/demo/skills.ts";
import type { HostTask } from "./host-task.ts";
import { KATAS } from "./invariants.ts";
import { indexPath, readRequests, readRows, recordsPath } from "./records.ts";

const task = JSON.parse(process.env.KILL_TASK ?? "") as HostTask;
const { home, realmUrl, part } = task;
const NEED = "I need a weekly report";
const PATIENCE_MS = task.patienceMs ?? 40_000;

// A step that never comes must end the process and be seen, not hang the matrix.
setTimeout(() => fail("the story did not come to its end"), PATIENCE_MS).unref();

const host = await startHost({
  home,
  http: false,
  agentDirs: [resolve(import.meta.dir, "../../agents")],
  tools: exampleSkills.map((name) => ({ name, handler: async () => ({}) })),
  config: {
    realms: { approvals: "confirmed", realms: [{ id: "acme", name: "Acme", url: realmUrl }] },
  },
});
const heard = new Map<string, number>();
for (const event of Object.keys(eventTable) as EventName[]) {
  host.api.events.on(event, (data: unknown) => {
    const { realmId } = Object(data);
    const key = realmId === undefined ? event : `${event} ${realmId}`;
    heard.set(key, (heard.get(key) ?? 0) + 1);
    appendFileSync(join(home, "said.ndjson"), `${JSON.stringify({ event, data })}\n`);
  });
}

await settled();
appendFileSync(task.record ?? "/dev/null", '"begin"\n');
if (part === "sync" || part === "all") await sync();
if (part === "need" || part === "all") await propose();
if (part === "approve" || part === "all") await approve();
// Killed as it stands: nothing of the pack needs a good end.
process.kill(process.pid, part === "all" ? "SIGKILL" : "SIGTERM");

/** The pack notes the host and then takes up installs: the note is there, and no install is unfinished. */
async function settled(): Promise<void> {
  await until("the pack to settle", () => existsSync(join(home, "state", "host.json")));
  await until("the installs to be taken up", () =>
    readRequests(home).every(
      ({ status, installState, announcedAt }) =>
        status !== "approved" ||
        ((installState === "installed" || installState === "failed") && announcedAt !== undefined),
    ),
  );
}

/** What the schedule does, and does again when it failed. */
async function sync(): Promise<void> {
  for (let tries = 0; tries < 4; tries++) {
    const before = heard.get("realm.synced acme") ?? 0;
    await host.runAgent("realm-sync-agent");
    if ((heard.get("realm.synced acme") ?? 0) > before) return;
  }
  fail("the realm was not synced in four attempts");
}

async function propose(): Promise<void> {
  if (readRequests(home).some(({ status }) => status !== "rejected")) return;
  host.api.events.emit("capability.missing", { intent: NEED }, "kill");
  await until("a proposal", () => readRequests(home).length > 0);
}

/** A person decides on what is pending, as the command does; whoever finds it approved has done so before. */
async function approve(): Promise<void> {
  const [pending] = readRequests(home).filter(({ status }) => status === "pending");
  const key = readApprovalKey(join(home, "state", "approval.key"));
  if (pending !== undefined && key !== undefined) {
    const decision = toDecision(pending, offerOf(pending), { decision: "approve", by: "mira" });
    const proof = createProof(decision, key, Date.now());
    const payload = { proposalId: pending.id, approvedBy: "mira", proof };
    host.api.events.emit("kata.user_approved", payload, "kill");
  }
  await until("the install", () =>
    readRequests(home).some(({ installState, announcedAt }) => installState === "installed" && announcedAt),
  );
  // By what stands in the files: another host on them may be the one that did it, and nobody here hears of that.
  // A sync that was killed alone is over for today, which the host does hear.
  await until(
    "the sync of the installed katas",
    () => (isLocalRealmNew() || heard.has("realm.sync_failed local")) && !isLeaseHeld(),
  );
}

function isLocalRealmNew(): boolean {
  const [count] = readRows<{ katas: number }>(
    indexPath(home),
    `SELECT COUNT(*) AS katas FROM realm_kata_index WHERE realm_id = '${LOCAL_REALM_ID}'`,
  );
  return count?.katas === KATAS.length;
}

function isLeaseHeld(): boolean {
  const sql = `SELECT name FROM realms_leases WHERE expires_at > ${Date.now()}`;
  return readRows(recordsPath(home), sql).length > 0;
}

async function until(what: string, isThere: () => unknown): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS / 2; performance.now() < end; ) {
    if (isThere()) return;
    await Bun.sleep(10);
  }
  fail(`waited in vain for ${what}`);
}

function fail(why: string): never {
  console.error(why, JSON.stringify(readRequests(home)), JSON.stringify([...heard]));
  process.exit(1);
}
