import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { offerOf, toDecision, type Verdict } from "../../lib/install/vouched.ts";
import { type KataInstallRequest, REQUEST_TTL_MS } from "../../lib/model/install.ts";
import { createProof, PROOF_TTL_MS } from "../../lib/trust/approval-proof.ts";
import { type InstallWorld, kata, startInstallWorld } from "../support/install-world.ts";

const key = new Uint8Array(32).fill(5);
const source = kata("finance.audit");
let world: InstallWorld;
afterEach(() => world.stop());

async function startConfirmed(): Promise<KataInstallRequest> {
  world = await startInstallWorld({ approvals: { mode: "confirmed", key: () => key } });
  world.publish(source);
  return world.propose("finance.audit", "v1");
}

function proofFor(request: KataInstallRequest, given: Partial<Verdict> = {}, at = world.clock.at) {
  const verdict: Verdict = { decision: "approve", by: "mira", ...given };
  return createProof(toDecision(request, offerOf(request), verdict), key, at);
}

const last = () => world.events.at(-1);

function edit(sql: string): void {
  const database = new Database(world.databasePath);
  database.run(sql);
  database.close();
}

describe("under confirmed approvals", () => {
  async function expectUnconfirmed(proposalId: string, code: string): Promise<void> {
    expect(world.events).toEqual([{ event: "kata.approval_unconfirmed", payload: { proposalId, code } }]);
    expect(world.registry.getRequest(proposalId).status).toBe("pending");
    expect(world.registered()).toEqual([]);
    expect(world.receipts()).toEqual([]);
    expect(world.fetched).toEqual([]);
  }

  test("a proof made for this decision installs", async () => {
    const request = await startConfirmed();
    await world.approve({ proposalId: request.id, proof: proofFor(request) });
    expect(last()?.event).toBe("kata.installed");
  });

  test("a bare event installs nothing and is answered", async () => {
    const { id } = await startConfirmed();
    await world.approve({ proposalId: id });
    await expectUnconfirmed(id, "proof_missing");
  });

  test("a proof for another version installs nothing", async () => {
    const request = await startConfirmed();
    world.publish(kata("finance.audit", "v2"));
    const both = world.propose("finance.audit", "v1");
    await world.approve({ proposalId: both.id, kataVersion: "v2", proof: proofFor(both) });
    await expectUnconfirmed(request.id, "proof_wrong_key");
  });

  test("a proof in another person's name installs nothing", async () => {
    const request = await startConfirmed();
    await world.approve({ proposalId: request.id, approvedBy: "mallory", proof: proofFor(request) });
    await expectUnconfirmed(request.id, "proof_wrong_key");
  });

  test("a proof of an ordinary approval does not accept another compiler", async () => {
    const request = await startConfirmed();
    await world.approve({ proposalId: request.id, acceptOtherCompiler: true, proof: proofFor(request) });
    await expectUnconfirmed(request.id, "proof_wrong_key");
  });

  test("a proof of an ordinary approval does not accept expired signatures", async () => {
    const request = await startConfirmed();
    await world.approve({ proposalId: request.id, acceptStale: true, proof: proofFor(request) });
    await expectUnconfirmed(request.id, "proof_wrong_key");
  });

  test.each([
    ["expired signatures", { acceptStale: true }],
    ["another compiler", { acceptOtherCompiler: true }],
    ["both", { acceptStale: true, acceptOtherCompiler: true }],
  ])("a proof that accepts %s fits that and nothing else", async (_, accepted) => {
    const request = await startConfirmed();
    const proof = proofFor(request, accepted);
    await world.approve({ proposalId: request.id, proof });
    await expectUnconfirmed(request.id, "proof_wrong_key");
    await world.approve({ proposalId: request.id, ...accepted, proof });
    expect(world.registry.getRequest(request.id)).toMatchObject({ installState: "installed", ...accepted });
  });

  test("a proof that is five minutes old installs nothing", async () => {
    const request = await startConfirmed();
    const proof = proofFor(request);
    world.clock.at += PROOF_TTL_MS;
    await world.approve({ proposalId: request.id, proof });
    await expectUnconfirmed(request.id, "proof_expired");
  });

  test("a proof is spent with its decision: setting the row back to pending does not bring it back", async () => {
    const request = await startConfirmed();
    const proof = proofFor(request);
    await world.approve({ proposalId: request.id, proof });
    edit("UPDATE kata_install_requests SET status = 'pending', install_state = NULL");
    await world.approve({ proposalId: request.id, proof });
    expect(world.events.map(({ event }) => event)).toEqual(["kata.installed", "kata.approval_unconfirmed"]);
    expect(last()?.payload.code).toBe("proof_spent");
  });

  test.each([
    ["another kata", "UPDATE kata_install_requests SET kata_name = 'finance.evil'"],
    ["another version", "UPDATE kata_install_requests SET kata_version = 'v2'"],
    ["another realm", "UPDATE kata_install_requests SET from_realm = 'local'"],
    ["a kata to be created", "UPDATE kata_install_requests SET kind = 'create'"],
    [
      "other contents",
      "UPDATE kata_install_requests SET offers = replace(offers, 'planHash\":\"', 'planHash\":\"0')",
    ],
    ["no contents", "UPDATE kata_install_requests SET offers = NULL"],
    ["another compiler's graph", "UPDATE kata_install_requests SET accept_other_compiler = 1"],
    ["signatures that have expired", "UPDATE kata_install_requests SET accept_stale = 1"],
    ["another person", "UPDATE kata_install_requests SET approved_by = 'mallory'"],
  ])("a row that is edited to %s between approval and install is not installed", async (_, sql) => {
    const request = await startConfirmed();
    world.publish(kata("finance.evil"));
    world.publish(kata("finance.audit", "v2"));
    // The first install holds the queue while somebody edits the second one's row.
    const first = world.registry.requestInstall("finance.evil", "v1", "acme", {
      offers: world.propose("finance.evil", "v1").offers,
    });
    const fetchSource = world.deps.fetchSource;
    let isEdited = false;
    world.deps.fetchSource = async (...args) => {
      while (world.registry.getRequest(request.id).status !== "approved") await Bun.sleep(1);
      if (!isEdited) edit(`${sql} WHERE id = '${request.id}'`);
      isEdited = true;
      return fetchSource(...args);
    };
    await Promise.all([
      world.approve({ proposalId: first.id, proof: proofFor(first) }),
      world.approve({ proposalId: request.id, proof: proofFor(request) }),
    ]);
    expect(isEdited).toBe(true);
    expect(world.registered()).toEqual(["finance.evil@v1"]);
    const failure = world.events.find(({ event }) => event === "kata.install_failed");
    expect(["proof_invalid", "internal"]).toContain(String(failure?.payload.code));
  });

  test("an offer that is renewed while the decision is on its way is not approved", async () => {
    const request = await startConfirmed();
    const proof = proofFor(request);
    const approveInstall = world.registry.approveInstall.bind(world.registry);
    world.registry.approveInstall = (...args) => {
      const renewed = (request.offers ?? []).map((offer) => ({ ...offer, planHash: "0".repeat(64) }));
      world.registry.updateOffers(request.id, renewed);
      return approveInstall(...args);
    };
    await world.approve({ proposalId: request.id, proof });
    expect(last()).toMatchObject({ event: "kata.install_failed", payload: { code: "offer_changed" } });
    expect(world.registry.getRequest(request.id).status).toBe("pending");
  });

  test("a bare event tells nothing about unknown, ended or unshown versions either", async () => {
    const request = await startConfirmed();
    await world.approve({ proposalId: "no-such-id" });
    await world.approve({ proposalId: request.id, kataVersion: "v9" });
    await world.approve({ proposalId: request.id, proof: proofFor(request) });
    await world.approve({ proposalId: request.id });
    expect(world.events.map(({ event }) => event)).toEqual([
      "kata.approval_unconfirmed",
      "kata.approval_unconfirmed",
      "kata.installed",
      "kata.approval_unconfirmed",
    ]);
  });

  test("an offer that was edited in the database no longer fits the proof", async () => {
    const request = await startConfirmed();
    const proof = proofFor(request);
    const evil = world.publish(kata("finance.audit", "v2"));
    world.registry.updateOffers(
      request.id,
      (request.offers ?? []).map((offer) => ({ ...offer, sourceHash: evil.sourceHash })),
    );
    await world.approve({ proposalId: request.id, proof });
    await expectUnconfirmed(request.id, "proof_wrong_key");
  });

  test("a request whose contents were never shown is shown instead of installed", async () => {
    await startConfirmed();
    world.publish(kata("notes.mirror"));
    const bare = world.registry.requestInstall("notes.mirror", "v1", "acme");
    await world.approve({ proposalId: bare.id });
    expect(last()).toMatchObject({ event: "kata.approval_unconfirmed", payload: { code: "proof_missing" } });
    expect(world.proposedAgain).toEqual([bare.id]);
    expect(world.registered()).toEqual([]);
  });

  test("a bare rejection changes nothing, one with a proof ends the proposal", async () => {
    const request = await startConfirmed();
    await world.reject({ proposalId: request.id });
    await expectUnconfirmed(request.id, "proof_missing");
    await world.reject({
      proposalId: request.id,
      proof: proofFor(request, { decision: "reject", by: "mira" }),
    });
    expect(world.registry.getRequest(request.id)).toMatchObject({ status: "rejected", reason: "no" });
  });

  test("a proof of approval cannot reject", async () => {
    const request = await startConfirmed();
    await world.reject({ proposalId: request.id, proof: proofFor(request) });
    await expectUnconfirmed(request.id, "proof_wrong_key");
  });
});

describe("under event approvals", () => {
  async function startByEvent(): Promise<KataInstallRequest> {
    world = await startInstallWorld();
    world.publish(source);
    return world.propose("finance.audit", "v1");
  }

  test("the guide's bare event installs", async () => {
    const { id } = await startByEvent();
    await world.approve({ proposalId: id });
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("a request opened with the guide's own call installs", async () => {
    await startByEvent();
    world.publish(kata("notes.mirror"));
    const bare = world.registry.requestInstall("notes.mirror", "v1", "acme");
    await world.approve({ proposalId: bare.id });
    expect(world.registered()).toEqual(["notes.mirror@v1"]);
  });

  async function expectRefused(proposalId: string, code: string): Promise<void> {
    await world.approve({ proposalId });
    expect(last()).toMatchObject({ event: "kata.install_failed", payload: { proposalId, code } });
    expect(world.registered()).toEqual([]);
    expect(world.receipts()).toEqual([]);
  }

  test("an unknown proposal is refused", async () => {
    await startByEvent();
    await expectRefused("no-such-id", "unknown_request");
  });

  test("a rejected proposal is refused", async () => {
    const { id } = await startByEvent();
    await world.reject({ proposalId: id });
    await expectRefused(id, "request_not_pending");
  });

  test("an expired proposal is refused", async () => {
    const { id } = await startByEvent();
    world.clock.at += REQUEST_TTL_MS + 1;
    await expectRefused(id, "request_expired");
  });

  test("a version that was not shown is refused, and the proposal stays open", async () => {
    const { id } = await startByEvent();
    await world.approve({ proposalId: id, kataVersion: "v7" });
    expect(last()).toMatchObject({ event: "kata.install_failed", payload: { code: "version_not_offered" } });
    expect(world.registry.getRequest(id).status).toBe("pending");
  });

  test("approving twice at once installs once and reports once", async () => {
    const { id } = await startByEvent();
    await Promise.all([world.approve({ proposalId: id }), world.approve({ proposalId: id })]);
    expect(world.receipts()).toEqual(["finance.audit@v1"]);
    expect(world.events.map(({ event }) => event)).toEqual(["kata.installed"]);
  });

  test("approving what is installed already is no news", async () => {
    const { id } = await startByEvent();
    await world.approve({ proposalId: id });
    await world.approve({ proposalId: id });
    expect(world.events.map(({ event }) => event)).toEqual(["kata.installed"]);
  });

  test("approving again what nobody is working on takes it up again", async () => {
    const { id } = await startByEvent();
    world.registry.approveInstall(id, "mira");
    world.registry.moveInstall(id, "downloading");
    await world.approve({ proposalId: id });
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("contents that changed under a proposal get a new one, and the old id installs nothing", async () => {
    const { id, offers } = await startByEvent();
    const changed = (offers ?? []).map((offer) => ({ ...offer, sourceHash: "0".repeat(64) }));
    const renewed = world.registry.requestInstall("finance.audit", "v1", "acme", { offers: changed });
    expect(renewed.id).not.toBe(id);
    expect(world.registry.getRequest(id)).toMatchObject({ status: "rejected", reason: "superseded" });
    await expectRefused(id, "request_not_pending");
  });

  test("approving what failed is refused", async () => {
    const { id } = await startByEvent();
    world.served.clear();
    await world.approve({ proposalId: id });
    await expectRefused(id, "request_not_pending");
  });

  test("approve and reject at once end in exactly one of them", async () => {
    const { id } = await startByEvent();
    await Promise.all([world.approve({ proposalId: id }), world.reject({ proposalId: id })]);
    const { status } = world.registry.getRequest(id);
    expect(world.registered()).toEqual(status === "approved" ? ["finance.audit@v1"] : []);
    expect(["approved", "rejected"]).toContain(status);
  });

  test("two katas approved at once are installed one after the other", async () => {
    const { id } = await startByEvent();
    world.publish(kata("notes.mirror"));
    const other = world.propose("notes.mirror", "v1");
    await Promise.all([world.approve({ proposalId: id }), world.approve({ proposalId: other.id })]);
    expect(world.registered()).toEqual(["finance.audit@v1", "notes.mirror@v1"]);
  });
});
