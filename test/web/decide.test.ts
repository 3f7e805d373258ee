import { afterEach, describe, expect, test } from "bun:test";
import type { HistoryView, ProposalsView, ProposalView } from "../../lib/web/view-models.ts";
import { read } from "../support/install-world.ts";
import { type PageWorld, problemOf, startPageWorld } from "./page-world.ts";

let world: PageWorld;
afterEach(() => world.stop());

const planHashOf = (view: ProposalView, version: string) =>
  view.versions.find((one) => one.version === version)?.hashes?.plan ?? "";
const statusOf = (id: string) =>
  read<{ status: string }>(
    world.databasePath,
    `SELECT status FROM kata_install_requests WHERE id = '${id}'`,
  )[0]?.status;

describe("a proposal on the page", () => {
  test("shows every version with its plan, skills, verified source and graph", async () => {
    world = await startPageWorld();
    const id = await world.propose();
    const list = await world.json<ProposalsView>("/dojo/api/proposals");
    expect(list.pending).toMatchObject([
      {
        id,
        kind: "install",
        kataName: "finance.subscriptions",
        state: { kind: "pending" },
        versions: ["v3", "v2", "v1"],
      },
    ]);

    const view = await world.json<ProposalView>(`/dojo/api/proposals/${id}?version=v1`);
    expect(view.versions.map(({ version, isCompatible }) => [version, isCompatible])).toEqual([
      ["v3", false],
      ["v2", true],
      ["v1", true],
    ]);
    const [newest, proposed] = view.versions;
    expect(newest?.problem?.code).toBe("incompatible_ronin");
    expect(proposed?.plan.map(({ qualifiedName }) => qualifiedName)).toEqual([
      "examples:notify.user@v1",
      "examples:finance.subscriptions@v2",
    ]);
    expect(proposed?.skills.every(({ isPresent }) => isPresent)).toBe(true);
    expect(view.selected).toMatchObject({ version: "v1", compiled: "matches", diff: null });
    expect(view.selected?.source.kind === "text" && view.selected.source.text).toContain(
      "kata finance.subscriptions v1",
    );
    expect(view.selected?.graph?.phases.length).toBeGreaterThan(1);
  });

  test("is approved with the version chosen: proof, voucher, receipt, installed", async () => {
    world = await startPageWorld();
    const id = await world.propose();
    const view = await world.json<ProposalView>(`/dojo/api/proposals/${id}`);
    const approval = { version: "v1", planHash: planHashOf(view, "v1") };
    const answer = await world.post(`/dojo/api/proposals/${id}/approve`, approval);
    expect(answer.status).toBe(202);
    expect(await world.seen("kata.installed")).toMatchObject({ proposalId: id, kataVersion: "v1" });

    const after = await world.json<ProposalView>(`/dojo/api/proposals/${id}`);
    expect(after.proposal.state).toMatchObject({ kind: "installed" });
    expect(after.receipts).toMatchObject([{ checksumVerified: true, requestId: id }]);
    const history = await world.json<HistoryView>("/dojo/api/history?outcome=installed&text=finance");
    expect(history.entries.map(({ proposal }) => proposal.id)).toEqual([id]);
    expect(await world.json<HistoryView>("/dojo/api/history?outcome=rejected")).toMatchObject({
      entries: [],
    });
  });

  test("is rejected with the reason", async () => {
    world = await startPageWorld();
    const id = await world.propose();
    expect((await world.post(`/dojo/api/proposals/${id}/reject`, { reason: "not now" })).status).toBe(202);
    const { proposal } = await world.json<ProposalView>(`/dojo/api/proposals/${id}`);
    expect(proposal.state).toEqual({ kind: "rejected", reason: "not now" });
    expect(
      await problemOf(await world.post(`/dojo/api/proposals/${id}/reject`, { reason: "again" })),
    ).toEqual({
      status: 409,
      code: "invalid_transition",
    });
  });

  test("whose contents are not those that were shown is not approved", async () => {
    world = await startPageWorld();
    const id = await world.propose();
    const answer = await world.post(`/dojo/api/proposals/${id}/approve`, {
      version: "v2",
      planHash: "0".repeat(64),
    });
    expect(await problemOf(answer)).toEqual({ status: 409, code: "offer_changed" });
    expect(statusOf(id)).toBe("pending");
  });

  test("that misses a skill says so and is not approved", async () => {
    world = await startPageWorld({ skills: ["local.notify"] });
    const id = await world.propose();
    const view = await world.json<ProposalView>(`/dojo/api/proposals/${id}`);
    const proposed = view.versions.find(({ version }) => version === "v2");
    const missing = proposed?.skills.filter(({ isPresent }) => !isPresent).map(({ name }) => name);
    expect(missing).toContain("local.reasoning");
    expect(proposed?.isCompatible).toBe(false);
    const approval = { version: "v2", planHash: planHashOf(view, "v2") };
    expect(await problemOf(await world.post(`/dojo/api/proposals/${id}/approve`, approval))).toEqual({
      status: 409,
      code: "missing_skills",
    });
    expect(statusOf(id)).toBe("pending");
  });

  test("whose source the realm no longer serves right is shown without it", async () => {
    world = await startPageWorld();
    const id = await world.propose();
    const shown = await world.json<ProposalView>(`/dojo/api/proposals/${id}?version=v1`);
    const hash = shown.versions.find(({ version }) => version === "v2")?.hashes?.source;
    world.realm.set(`katas/${hash}.kata`, "kata evil v1");
    const view = await world.json<ProposalView>(`/dojo/api/proposals/${id}`);
    expect(view.selected).toMatchObject({
      source: { kind: "unavailable", code: "source_hash_mismatch" },
      graph: null,
    });
  });

  test("of a new kata shows the source that would be registered, and is made by approving", async () => {
    world = await startPageWorld();
    await world.sync();
    world.emit("capability.missing", { intent: "juggle seventeen zebras" });
    const { proposalId } = await world.seen("kata.creation_proposed");
    const view = await world.json<ProposalView>(`/dojo/api/proposals/${proposalId}`);
    expect(view.proposal).toMatchObject({ kind: "create", intent: "juggle seventeen zebras" });
    const [only] = view.versions;
    expect(only?.isCompatible).toBe(true);
    expect(only?.skills.length).toBeGreaterThan(0);
    expect(view.selected?.source.kind).toBe("text");
    const approval = { version: only?.version, planHash: only?.hashes?.plan };
    expect((await world.post(`/dojo/api/proposals/${proposalId}/approve`, approval)).status).toBe(202);
    expect(await world.seen("kata.created")).toMatchObject({ proposalId });
  });

  test("that nobody knows is not found", async () => {
    world = await startPageWorld();
    expect(await problemOf(await world.ask("/dojo/api/proposals/nobody"))).toEqual({
      status: 404,
      code: "unknown_request",
    });
  });
});
