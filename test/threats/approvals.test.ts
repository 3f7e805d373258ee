import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { handleApproval } from "../../lib/install/decide.ts";
import { createInstaller } from "../../lib/install/installer.ts";
import { offerOf, toDecision } from "../../lib/install/vouched.ts";
import { type KataInstallRequest, REQUEST_TTL_MS } from "../../lib/model/install.ts";
import { openRegistry } from "../../lib/registry/open.ts";
import { createProof } from "../../lib/trust/approval-proof.ts";
import { createRecordingLog } from "../events/recording-log.ts";
import { type InstallWorld, kata, REALM, startInstallWorld } from "../support/install-world.ts";

const key = new Uint8Array(32).fill(7);
let world: InstallWorld;
afterEach(() => world.stop());

const last = () => world.events.at(-1);
const count = (event: string) => world.events.filter((seen) => seen.event === event).length;

/** A pending proposal on a host where decisions need a proof. */
async function proposeConfirmed(): Promise<KataInstallRequest> {
  world = await startInstallWorld({ approvals: { mode: "confirmed", key: () => key } });
  world.publish(kata("finance.audit"));
  return world.propose("finance.audit", "v1");
}

/** Approves with a proof that is right in every way, so that only what became of the proposal can say no. */
async function approveGenuinely(request: KataInstallRequest): Promise<void> {
  const decision = toDecision(request, offerOf(request), { decision: "approve", by: "mira" });
  await world.approve({ proposalId: request.id, proof: createProof(decision, key, world.clock.at) });
}

describe("a genuine approval", () => {
  async function expectRefused(request: KataInstallRequest, code: string): Promise<void> {
    await approveGenuinely(request);
    expect(last()).toMatchObject({
      event: "kata.install_failed",
      payload: { proposalId: request.id, code },
    });
    expect(world.registered()).toEqual([]);
    expect(world.receipts()).toEqual([]);
  }

  function withdraw(): void {
    const rows = world.registry.getVersions(REALM, "finance.audit");
    world.registry.indexKatas(
      REALM,
      rows.map((row) => ({ ...row, status: "withdrawn", reason: "leaks" })),
    );
  }

  test("of a request that is not in the database is refused", async () => {
    world = await startInstallWorld();
    await world.approve({ proposalId: "no-such-id" });
    expect(last()).toMatchObject({ event: "kata.install_failed", payload: { code: "unknown_request" } });
  });

  test("of a request that is not in the database fits no proof, where decisions need one", async () => {
    const request = await proposeConfirmed();
    await approveGenuinely({ ...request, id: "no-such-id" });
    expect(last()).toEqual({
      event: "kata.approval_unconfirmed",
      payload: { proposalId: "no-such-id", code: "proof_wrong_key" },
    });
    expect(world.registry.getRequest(request.id).status).toBe("pending");
  });

  test("of a rejected request is refused", async () => {
    const request = await proposeConfirmed();
    world.registry.rejectInstall(request.id, "no");
    await expectRefused(request, "request_not_pending");
  });

  test("of an expired request is refused, whether or not the row says so yet", async () => {
    const request = await proposeConfirmed();
    world.clock.at += REQUEST_TTL_MS;
    await expectRefused(request, "request_expired");
    expect(world.registry.getPendingRequests()).toEqual([]);
    await expectRefused(request, "request_expired");
  });

  test("of an installed request changes nothing and is no news", async () => {
    const request = await proposeConfirmed();
    await approveGenuinely(request);
    const receipts = world.registry.getReceipts();
    expect(receipts).toHaveLength(1);
    await approveGenuinely(request);
    expect(world.registry.getReceipts()).toEqual(receipts);
    expect(world.events.map(({ event }) => event)).toEqual(["kata.installed"]);
  });

  test("of a request whose install failed is refused", async () => {
    const request = await proposeConfirmed();
    world.served.clear();
    await expectRefused(request, "download_failed");
    await expectRefused(request, "request_not_pending");
  });

  test("while the realm is disabled installs nothing", async () => {
    const request = await proposeConfirmed();
    world.registry.setRealmEnabled(REALM, false);
    await expectRefused(request, "realm_disabled");
  });

  test("of a kata that was withdrawn installs nothing", async () => {
    const request = await proposeConfirmed();
    withdraw();
    await expectRefused(request, "kata_withdrawn");
  });

  test("of a kata that was withdrawn writes no receipt, even where the host has it", async () => {
    const request = await proposeConfirmed();
    await (await world.deps.host()).registry.register(kata("finance.audit"));
    withdraw();
    await approveGenuinely(request);
    expect(last()).toMatchObject({ event: "kata.install_failed", payload: { code: "kata_withdrawn" } });
    expect(world.receipts()).toEqual([]);
  });

  test("of a kata whose name was bound to another realm since installs nothing", async () => {
    const request = await proposeConfirmed();
    world.registry.registerRealm({
      id: "team",
      name: "Team",
      type: "custom",
      url: "https://team.example",
      enabled: true,
      names: ["finance.*"],
    });
    await expectRefused(request, "missing_kata");
  });
});

describe("two approvals at once", () => {
  const log = createRecordingLog();
  const ignored = () => log.lines.filter(({ line }) => line.startsWith("ignored a second decision"));
  beforeEach(() => {
    log.lines.length = 0;
  });

  async function proposeTwoVersions(): Promise<KataInstallRequest> {
    world = await startInstallWorld();
    world.deps.log = log;
    for (const version of ["v1", "v2"]) world.publish(kata("finance.audit", version));
    return world.propose("finance.audit", "v2");
  }

  /** One version, one person, one receipt, one event: nobody's decision was laid over another's. */
  function expectOneInstall(id: string): void {
    const { approvedBy, kataVersion } = world.registry.getRequest(id);
    expect(["mira v1", "noor v2"]).toContain(`${approvedBy} ${kataVersion}`);
    expect(world.registered()).toEqual([`finance.audit@${kataVersion}`]);
    expect(world.registry.getReceipts()).toMatchObject([{ kataVersion, installedBy: approvedBy }]);
    expect([count("kata.installed"), count("kata.install_failed")]).toEqual([1, 0]);
    expect(ignored()).toHaveLength(1);
  }

  test("by two people for two versions install what the first of them chose", async () => {
    const { id } = await proposeTwoVersions();
    await Promise.all([
      world.approve({ proposalId: id, approvedBy: "mira", kataVersion: "v1" }),
      world.approve({ proposalId: id, approvedBy: "noor", kataVersion: "v2" }),
    ]);
    expectOneInstall(id);
    expect(world.registry.getRequest(id).approvedBy).toBe("mira");
  });

  test("heard over two connections to one database install what one of them chose", async () => {
    const { id } = await proposeTwoVersions();
    const { registry, close } = openRegistry({
      recordsPath: world.databasePath,
      indexPath: join(world.databasePath, "../ronin.realms-index.db"),
      clock: world.clock,
    });
    const deps = { ...world.deps, registry, owner: "another host" };
    const installer = createInstaller(deps);
    await Promise.all([
      world.approve({ proposalId: id, approvedBy: "mira", kataVersion: "v1" }),
      handleApproval(deps, installer, { proposalId: id, approvedBy: "noor", kataVersion: "v2" }),
    ]);
    await installer.stop();
    close();
    expectOneInstall(id);
  });

  test("carrying one proof decide once", async () => {
    const request = await proposeConfirmed();
    const decision = toDecision(request, offerOf(request), { decision: "approve", by: "mira" });
    const proof = createProof(decision, key, world.clock.at);
    world.deps.log = log;
    await Promise.all(Array.from({ length: 20 }, () => world.approve({ proposalId: request.id, proof })));
    expect(world.receipts()).toEqual(["finance.audit@v1"]);
    expect(world.events.map(({ event }) => event)).toEqual(["kata.installed"]);
    expect(ignored()).toHaveLength(19);
  });
});
