import { afterEach, describe, expect, test } from "bun:test";
import { sha256Hex } from "../../lib/trust/digest.ts";
import type { BrowseView, KataView, RealmPreview, RealmsView } from "../../lib/web/view-models.ts";
import { startRealmServer } from "../support/realm-server.ts";
import { eventually, type PageWorld, problemOf, startPageWorld } from "./page-world.ts";

let world: PageWorld;
afterEach(() => world.stop());

const realmOf = async (id: string) =>
  (await world.json<RealmsView>("/dojo/api/realms")).realms.find((realm) => realm.id === id);

describe("adding a realm", () => {
  test("shows the fingerprint first, then pins the realm to it", async () => {
    world = await startPageWorld();
    const root = JSON.stringify({ signed: { _type: "root" }, signatures: [] });
    await using server = await startRealmServer({ "metadata/1.root.json": root });
    const answer = await world.post("/dojo/api/realms/preview", {
      id: "team",
      name: "Team",
      url: server.url,
    });
    const preview = (await answer.json()) as RealmPreview;
    const fingerprint = sha256Hex(root);
    expect(preview).toMatchObject({ id: "team", name: "Team", signing: { kind: "signed", fingerprint } });
    expect(server.requests.map(({ path }) => path)).toEqual(["/metadata/1.root.json"]);
    expect(await realmOf("team")).toBeUndefined();

    const added = await world.post("/dojo/api/realms", { ticket: preview.ticket, fingerprint });
    expect(added.status).toBe(201);
    expect(await realmOf("team")).toMatchObject({ fingerprint, origin: "page", enabled: true });
  });

  test("takes no other fingerprint than the one that was shown, and no ticket twice", async () => {
    world = await startPageWorld();
    await using server = await startRealmServer({ "metadata/1.root.json": '{"signed":{}}' });
    const body = { id: "team", url: server.url };
    const { ticket } = (await (await world.post("/dojo/api/realms/preview", body)).json()) as RealmPreview;
    for (const fingerprint of [null, "0".repeat(64), sha256Hex('{"signed":{}}')]) {
      // The first answer spends the ticket: what was refused once has to be looked at again.
      const answer = await world.post("/dojo/api/realms", { ticket, fingerprint });
      expect(await problemOf(answer)).toEqual({ status: 400, code: "invalid_input" });
    }
    expect(await realmOf("team")).toBeUndefined();
  });

  test("says that a realm is not signed, adds it once that is confirmed, and syncs it", async () => {
    world = await startPageWorld();
    const body = { id: "mirror", url: world.realm.url };
    const preview = (await (await world.post("/dojo/api/realms/preview", body)).json()) as RealmPreview;
    expect(preview.signing).toEqual({ kind: "unsigned" });
    await world.post("/dojo/api/realms", { ticket: preview.ticket, fingerprint: null });
    // The files are of the realm "examples": its first sync tells, and the page with it.
    await eventually(async () => (await realmOf("mirror"))?.failure?.code === "wrong_realm");
    expect(await problemOf(await world.post("/dojo/api/realms/preview", body))).toEqual({
      status: 400,
      code: "invalid_input",
    });
  });

  test.each([
    ["http://192.0.2.1/", "plain http to another machine"],
    ["file:///etc/passwd", "no web address"],
    ["https://user:key@acme.example", "an address with credentials"],
  ])("refuses %s, %s", async (url) => {
    world = await startPageWorld();
    expect(await problemOf(await world.post("/dojo/api/realms/preview", { id: "team", url }))).toEqual({
      status: 400,
      code: "invalid_input",
    });
  });
});

describe("a realm that was added on the page", () => {
  test("can be disabled, enabled and removed", async () => {
    world = await startPageWorld();
    const body = { id: "team", url: world.realm.url };
    const { ticket } = (await (await world.post("/dojo/api/realms/preview", body)).json()) as RealmPreview;
    await world.post("/dojo/api/realms", { ticket, fingerprint: null });
    await eventually(async () => (await realmOf("team"))?.isSyncing === false);
    expect((await world.post("/dojo/api/realms/team/disable", {})).status).toBe(200);
    expect(await problemOf(await world.post("/dojo/api/realms/team/sync", {}))).toEqual({
      status: 409,
      code: "realm_disabled",
    });
    expect(await realmOf("team")).toMatchObject({ enabled: false });
    await world.post("/dojo/api/realms/team/enable", {});
    expect(await realmOf("team")).toMatchObject({ enabled: true });
    expect((await world.post("/dojo/api/realms/team/remove", {})).status).toBe(200);
    expect(await realmOf("team")).toBeUndefined();
    expect(await problemOf(await world.post("/dojo/api/realms/team/enable", {}))).toEqual({
      status: 404,
      code: "unknown_realm",
    });
  });

  test("leaves nothing of it in the index once it is removed", async () => {
    world = await startPageWorld({ realms: { realms: [] } });
    const body = { id: "examples", url: world.realm.url };
    const { ticket } = (await (await world.post("/dojo/api/realms/preview", body)).json()) as RealmPreview;
    await world.post("/dojo/api/realms", { ticket, fingerprint: null });
    const indexed = async () => (await world.json<BrowseView>("/dojo/api/search?text=")).indexedVersions;
    await eventually(async () => (await indexed()) === 10);
    await world.post("/dojo/api/realms/examples/remove", {});
    await eventually(async () => (await indexed()) === 0);
  });
});

describe("a realm of the config file", () => {
  test("is changed there and not on the page; its keys can be forgotten all the same", async () => {
    world = await startPageWorld();
    for (const change of ["disable", "remove", "enable"]) {
      expect(await problemOf(await world.post(`/dojo/api/realms/examples/${change}`, {}))).toEqual({
        status: 409,
        code: "invalid_transition",
      });
    }
    await world.sync();
    expect(await realmOf("examples")).toMatchObject({ trust: "unsigned", origin: "config", katas: 7 });
    expect((await world.post("/dojo/api/realms/examples/reset", {})).status).toBe(200);
    expect(await realmOf("examples")).toMatchObject({ trust: null });
  });

  test("is synced when a person asks, and the page says how that went", async () => {
    world = await startPageWorld();
    expect((await world.post("/dojo/api/realms/examples/sync", {})).status).toBe(202);
    expect(await realmOf("examples")).toMatchObject({ isSyncing: true });
    await eventually(async () => (await realmOf("examples"))?.isSyncing === false);
    expect(await realmOf("examples")).toMatchObject({ failure: null, versions: 10 });
  });
});

describe("browsing", () => {
  test("finds over all realms as typed, with filters, at most twenty", async () => {
    world = await startPageWorld({ skills: ["local.memory.search", "local.reasoning", "local.notify"] });
    await world.sync();
    const found = (query: string) => world.json<BrowseView>(`/dojo/api/search?${query}`);
    const subscriptions = await found("text=subscr");
    expect(subscriptions.results).toMatchObject([
      { name: "finance.subscriptions", version: "v2", versionCount: 3, isCompatible: true },
    ]);
    expect((await found("text=")).results.length).toBeGreaterThan(5);
    const usable = await found("text=&hasSkills=1");
    expect(usable.results.every(({ missingSkills }) => missingSkills.length === 0)).toBe(true);
    expect(usable.results.length).toBeGreaterThan(0);
    expect((await found("text=&tag=finance")).results.every(({ tags }) => tags.includes("finance"))).toBe(
      true,
    );
    expect((await found("text=&complexity=simple")).results.every((one) => one.complexity === "simple")).toBe(
      true,
    );
    expect((await found("text=&realm=local")).results).toEqual([]);
    expect(await problemOf(await world.ask("/dojo/api/search?complexity=huge"))).toEqual({
      status: 400,
      code: "invalid_input",
    });
  });

  test("shows a kata with all its versions, and installing it opens a proposal", async () => {
    world = await startPageWorld();
    await world.sync();
    const kata = await world.json<KataView>("/dojo/api/katas/examples/finance.subscriptions?version=v1");
    expect(kata.versions.map(({ version }) => version)).toEqual(["v3", "v2", "v1"]);
    expect(kata.selected).toMatchObject({ version: "v1", compiled: "matches" });
    expect(kata.pendingProposalId).toBeNull();

    const answer = await world.post("/dojo/api/katas/examples/finance.subscriptions/install", {
      version: "v1",
    });
    expect(answer.status).toBe(201);
    const { proposalId } = (await answer.json()) as { proposalId: string };
    expect(await world.seen("kata.install_proposed")).toMatchObject({ proposalId });
    const again = await world.json<KataView>("/dojo/api/katas/examples/finance.subscriptions");
    expect(again.pendingProposalId).toBe(proposalId);
    expect(world.count("kata.installed")).toBe(0);
  });

  test("looks at sources without keeping them", async () => {
    world = await startPageWorld();
    await world.sync();
    await world.json("/dojo/api/katas/examples/ops.ping");
    const kept = await world.host.api.db.query("SELECT 1 FROM kata_sources");
    expect(kept).toEqual([]);
  });

  test("a kata that no realm has is not found", async () => {
    world = await startPageWorld();
    expect(await problemOf(await world.ask("/dojo/api/katas/examples/no.such"))).toEqual({
      status: 404,
      code: "unknown_kata",
    });
  });
});
