import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { recoverInstalls } from "../../lib/install/recovery.ts";
import { offerOf, toDecision } from "../../lib/install/vouched.ts";
import type { KataInstallRequest } from "../../lib/model/install.ts";
import { openRegistry } from "../../lib/registry/open.ts";
import { createProof, createVoucher } from "../../lib/trust/approval-proof.ts";
import { type InstallWorld, kata, startInstallWorld } from "../support/install-world.ts";

const key = new Uint8Array(32).fill(5);
const source = kata("finance.audit");
let world: InstallWorld;
afterEach(() => world.stop());

type Passed = Array<"downloading" | "verified" | "registered">;

async function start(): Promise<void> {
  world = await startInstallWorld({ approvals: { mode: "confirmed", key: () => key } });
  world.publish(source);
}

/** A request as a process leaves it that died after the decision and in the middle of the install. */
async function leaveApproved(states: Passed = [], name = "finance.audit"): Promise<KataInstallRequest> {
  if (name === "finance.audit") await start();
  const request = world.propose(name, "v1");
  const decision = toDecision(request, offerOf(request), { decision: "approve", by: "mira" });
  const proof = createProof(decision, key, world.clock.at);
  const voucher = createVoucher(decision, proof.nonce, world.databasePath, key);
  world.registry.approveInstall(request.id, "mira", { proof, voucher });
  for (const state of states) world.registry.moveInstall(request.id, state);
  return request;
}

function edit(sql: string, ...values: string[]): void {
  const database = new Database(world.databasePath);
  database.run(sql, values);
  database.close();
}

const recover = () => recoverInstalls(world.deps, world.installer);
const codes = () => world.events.map(({ payload }) => payload.code);

describe("after a stop in the middle", () => {
  test.each<[string, Passed]>([
    ["before the download", []],
    ["while downloading", ["downloading"]],
    ["when everything was verified", ["downloading", "verified"]],
  ])("an approved install is finished: %s", async (_, states) => {
    await leaveApproved(states);
    expect(await recover()).toBe(1);
    expect(world.registered()).toEqual(["finance.audit@v1"]);
    expect(world.receipts()).toEqual(["finance.audit@v1"]);
    expect(world.events.map(({ event }) => event)).toEqual(["kata.installed"]);
  });

  test("what it had registered itself gets its receipts, once, and is not called installed before", async () => {
    await start();
    world.publish(kata("notify.user"));
    world.publish(kata("text.format", "v1", ["notify.user@v1"]));
    const { id } = await leaveApproved(["downloading"], "text.format");
    world.registry.moveInstall(id, "verified", ["notify.user@v1", "text.format@v1"]);
    const host = await world.deps.host();
    await host.registry.register(kata("notify.user"));
    await recover();
    await recover();
    expect(world.receipts()).toEqual(["notify.user@v1", "text.format@v1"]);
    expect(world.events).toMatchObject([{ event: "kata.installed", payload: { alreadyInstalled: false } }]);
  });

  test("what the host had before the install gets no receipt for it", async () => {
    await start();
    world.publish(kata("notify.user"));
    world.publish(kata("text.format", "v1", ["notify.user@v1"]));
    const host = await world.deps.host();
    await host.registry.register(kata("notify.user"));
    await leaveApproved(["downloading"], "text.format");
    await recover();
    expect(world.receipts()).toEqual(["text.format@v1"]);
  });

  test("a decision older than five minutes is still the person's", async () => {
    await leaveApproved(["downloading"]);
    world.clock.at += 24 * 3_600_000;
    await recover();
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("a network that is not there yet is waited for, and given up after a day", async () => {
    const { id } = await leaveApproved(["downloading"]);
    world.served.clear();
    await recover();
    expect(world.registry.getRequest(id).installState).toBe("downloading");
    expect(world.events).toEqual([]);
    world.clock.at += 24 * 3_600_000;
    await recover();
    expect(codes()).toEqual(["download_failed"]);
  });

  test("one row that cannot be read does not keep the others from being finished", async () => {
    await leaveApproved(["downloading"]);
    world.publish(kata("notes.mirror"));
    const { id } = await leaveApproved(["downloading"], "notes.mirror");
    edit("UPDATE kata_install_requests SET offers = 'x' WHERE id = ?", id);
    await recover();
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("what ended is left alone", async () => {
    const { id } = await leaveApproved();
    world.registry.failInstall(id, "download_failed", "no network");
    world.registry.noteAnnounced(id);
    expect(await recover()).toBe(0);
    expect(world.events).toEqual([]);
  });
});

describe("a row that nobody vouches for is not resumed", () => {
  async function expectRefused(id: string): Promise<void> {
    await recover();
    expect(world.registry.getRequest(id)).toMatchObject({
      installState: "failed",
      failureCode: "proof_invalid",
    });
    expect(codes()).toEqual(["proof_invalid"]);
    expect(world.registered()).toEqual([]);
    expect(world.receipts()).toEqual([]);
  }

  test("when it was only made to look approved", async () => {
    await start();
    const { id } = world.propose("finance.audit", "v1");
    world.registry.approveInstall(id, "mira");
    await expectRefused(id);
  });

  test("when it carries a proof that the host never accepted", async () => {
    await start();
    const request = world.propose("finance.audit", "v1");
    const decision = toDecision(request, offerOf(request), { decision: "approve", by: "mira" });
    const proof = createProof(decision, key, world.clock.at);
    const { nonce, mac } = proof;
    world.registry.approveInstall(request.id, "mira", { proof, voucher: { nonce, mac } });
    await expectRefused(request.id);
  });

  test("when the voucher was made for another database", async () => {
    await start();
    const request = world.propose("finance.audit", "v1");
    const decision = toDecision(request, offerOf(request), { decision: "approve", by: "mira" });
    const voucher = createVoucher(decision, "0".repeat(32), "/elsewhere/ronin.db", key);
    world.registry.approveInstall(request.id, "mira", { voucher });
    await expectRefused(request.id);
  });

  test.each([
    [
      "its offer was edited",
      "UPDATE kata_install_requests SET offers = replace(offers, 'planHash\":\"', 'planHash\":\"0')",
    ],
    [
      "it was turned into a creation",
      "UPDATE kata_install_requests SET kind = 'create', from_realm = 'local'",
    ],
    ["it names somebody else", "UPDATE kata_install_requests SET approved_by = 'mallory'"],
  ])("when %s", async (_, sql) => {
    const { id } = await leaveApproved(["downloading"]);
    edit(sql);
    await recover();
    expect(world.registered()).toEqual([]);
    expect(world.receipts()).toEqual([]);
    // A row that cannot be read any more is not even looked at.
    expect([undefined, "proof_invalid"]).toContain(codes()[0] as string | undefined);
    expect(id).not.toBe("");
  });
});

describe("stopping", () => {
  test("while a download hangs leaves the request to the next start", async () => {
    const request = await leaveApproved();
    const started = Promise.withResolvers<void>();
    world.deps.fetchSource = (_realm, _hash, signal) =>
      new Promise((_, reject) => {
        started.resolve();
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    const installing = world.installer.install(request.id);
    await started.promise;
    await world.installer.stop();
    await installing;
    expect(world.registry.getRequest(request.id)).toMatchObject({
      status: "approved",
      installState: "downloading",
    });
    expect(world.events).toEqual([]);
  });
});

describe("two processes on one database", () => {
  test("install one after the other: the second waits for the lease and then finds it done", async () => {
    const request = await leaveApproved();
    expect(world.registry.acquireLease("install", "another process", 60_000)).toBe(true);
    const installing = world.installer.install(request.id);
    await Bun.sleep(30);
    expect(world.registered()).toEqual([]);
    world.registry.releaseLease("install", "another process");
    await installing;
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("that lost the lease in the middle stops, and the request is taken up again", async () => {
    const request = await leaveApproved();
    world.deps.leaseTtlMs = 90;
    const fetchSource = world.deps.fetchSource;
    let isFirst = true;
    world.deps.fetchSource = (realm, hash, signal) => {
      if (!isFirst) return fetchSource(realm, hash, signal);
      isFirst = false;
      edit("UPDATE realms_leases SET owner = 'another process'");
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    };
    const installing = world.installer.install(request.id);
    await installing;
    expect(world.registered()).toEqual([]);
    expect(world.registry.getRequest(request.id).installState).toBe("downloading");
  });
});

describe("after a stop between the end of an install and the word of it", () => {
  const forget = () => edit("UPDATE kata_install_requests SET announced_at = NULL");

  test("an installed kata is announced once, with its receipt", async () => {
    const { id } = await leaveApproved();
    await recover();
    const [said] = world.events;
    forget();
    expect(await recover()).toBe(0);
    await recover();
    expect(world.events).toEqual([said, said] as typeof world.events);
    expect(world.receipts()).toEqual(["finance.audit@v1"]);
    expect(world.registry.getRequest(id).announcedAt).toBe(world.clock.at);
  });

  test("a failure is announced, and what changed since is shown again", async () => {
    const { id } = await leaveApproved();
    world.registry.failInstall(id, "offer_changed", "other contents");
    await recover();
    await recover();
    expect(world.events).toMatchObject([
      { event: "kata.install_failed", payload: { proposalId: id, code: "offer_changed" } },
    ]);
    expect(world.proposedAgain).toEqual([id]);
  });

  test("nothing is said of a row that was made to look installed", async () => {
    const { id } = await leaveApproved();
    edit("UPDATE kata_install_requests SET install_state = 'installed' WHERE id = ?", id);
    await recover();
    expect(world.events).toEqual([]);
    expect(world.registered()).toEqual([]);
  });

  test("what ended before there was such a note is not said again", async () => {
    await leaveApproved();
    await recover();
    world.events.length = 0;
    edit("DELETE FROM realms_migrations WHERE name = 'records-6-announced'");
    forget();
    openRegistry({ recordsPath: world.databasePath, indexPath: ":memory:" }).close();
    await recover();
    expect(world.events).toEqual([]);
  });
});
