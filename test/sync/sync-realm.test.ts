import { describe, expect, test } from "bun:test";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import type { Realm } from "../../lib/model/realm.ts";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { syncRealm } from "../../lib/sync/sync-realm.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { kataOf, memoryIndex, noScratch, realmOf, sha256 } from "./fixtures.ts";

const never = new AbortController().signal;

const indexOf = (...katas: RealmKataMetadata[]) => ({ format: 1, realm: "team", katas });

async function createTeam(server: RealmServer, extra: Partial<Realm> = {}, isReset = () => false) {
  const { registry, packs } = memoryIndex();
  const realm = realmOf("team", server.url, extra);
  const { apiKey: _, ...stored } = realm;
  registry.registerRealm(stored);
  let checkpoints = 0;
  const checkpoint = () => {
    checkpoints += 1;
  };
  const deps = { registry, packs, client: createRealmClient(), checkpoint, scratch: noScratch, isReset };
  return {
    registry,
    sync: (signal = never) => syncRealm(deps, realm, signal),
    checkpoints: () => checkpoints,
  };
}

describe("syncRealm", () => {
  test("indexes what the realm lists, and a second time costs one conditional request", async () => {
    await using server = await startRealmServer({
      "realm.json": indexOf(kataOf("finance.audit"), kataOf("ops.ping")),
    });
    const team = await createTeam(server);
    expect(await team.sync()).toEqual({
      kind: "synced",
      realmId: "team",
      added: 2,
      updated: 0,
      withdrawn: 0,
      unchanged: 0,
    });
    server.requests.length = 0;
    expect(await team.sync()).toEqual({
      kind: "synced",
      realmId: "team",
      added: 0,
      updated: 0,
      withdrawn: 0,
      unchanged: 2,
    });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers["if-none-match"]).toBeString();
    expect(team.checkpoints()).toBe(1);
  });

  test("holds nothing that is indexed against a realm that was reset, once it has answered", async () => {
    const before = { ...indexOf(kataOf("a.one"), kataOf("a.two")), seq: 7 };
    await using server = await startRealmServer({ "realm.json": before });
    let isReset = false;
    const team = await createTeam(server, {}, () => isReset);
    await team.sync();
    const changed = kataOf("a.one", "v1", { sourceHash: sha256("rebuilt") });
    server.set("realm.json", { ...indexOf(changed), seq: 3 });
    expect(await team.sync()).toMatchObject({ kind: "failed", code: "rolled_back" });
    isReset = true;
    server.misbehave("*", { kind: "hang-up" });
    expect(await team.sync()).toMatchObject({ kind: "failed", code: "network" });
    expect(team.registry.countVersions("team")).toBe(2);
    server.misbehave("*", undefined);
    expect(await team.sync()).toMatchObject({ kind: "synced", added: 1 });
    expect(team.registry.findKata("team", "a.one", "v1")?.sourceHash).toBe(sha256("rebuilt"));
    expect(team.registry.countVersions("team")).toBe(1);
  });

  test("counts new, changed and withdrawn versions", async () => {
    await using server = await startRealmServer({
      "realm.json": indexOf(kataOf("a.one"), kataOf("a.two"), kataOf("a.three")),
    });
    const team = await createTeam(server);
    await team.sync();
    server.set(
      "realm.json",
      indexOf(
        kataOf("a.one"),
        kataOf("a.two", "v1", { status: "deprecated", reason: "slow" }),
        kataOf("a.three", "v1", { status: "withdrawn", reason: "wrong sums" }),
        kataOf("a.one", "v2"),
      ),
    );
    expect(await team.sync()).toMatchObject({ added: 1, updated: 1, withdrawn: 1, unchanged: 1 });
  });

  test("the API key travels to the realm and into no outcome", async () => {
    await using server = await startRealmServer({}, { "*": { kind: "status", status: 401 } });
    const team = await createTeam(server, { apiKey: "key-of-the-team" });
    const outcome = await team.sync();
    expect(server.requests[0]?.headers.authorization).toBe("Bearer key-of-the-team");
    expect(JSON.stringify(outcome)).not.toContain("key-of-the-team");
  });

  test("a version that disappears is row_disappeared, and the old index stays whole", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one"), kataOf("a.two")) });
    const team = await createTeam(server);
    await team.sync();
    server.set("realm.json", indexOf(kataOf("a.one"), kataOf("a.new")));
    expect(await team.sync()).toMatchObject({ kind: "failed", code: "row_disappeared" });
    expect(team.registry.discover("*").map(({ name }) => name)).toEqual(["a.one", "a.two"]);
  });

  test("other bytes under a published version are hash_conflict, and nothing of the new index is taken", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one")) });
    const team = await createTeam(server);
    await team.sync();
    server.set("realm.json", indexOf(kataOf("a.new"), kataOf("a.one", "v1", { sourceHash: sha256("evil") })));
    expect(await team.sync()).toMatchObject({ kind: "failed", code: "hash_conflict" });
    expect(team.registry.discover("*").map(({ name }) => name)).toEqual(["a.one"]);
    expect(team.registry.findKata("team", "a.one", "v1")?.sourceHash).toBe(sha256("a.one v1"));
  });

  test("a refused index is refused again next time: its entity tag is not kept", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one")) });
    const team = await createTeam(server);
    await team.sync();
    server.set("realm.json", indexOf(kataOf("a.two")));
    expect(await team.sync()).toMatchObject({ code: "row_disappeared" });
    expect(await team.sync()).toMatchObject({ code: "row_disappeared" });
  });

  test("a bad row is invalid_document naming its place, and the old index stays", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one")) });
    const team = await createTeam(server);
    await team.sync();
    server.set("realm.json", indexOf(kataOf("a.one"), kataOf("a.two", "2")));
    const outcome = await team.sync();
    expect(outcome).toMatchObject({ kind: "failed", code: "invalid_document" });
    expect(outcome.kind === "failed" && outcome.message).toContain("katas[1].version");
    expect(team.registry.countVersions("team")).toBe(1);
  });

  test("a page of a captive portal is not_json, and an empty answer does not empty the realm", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one")) });
    const team = await createTeam(server);
    await team.sync();
    server.set("realm.json", indexOf(kataOf("a.two")));
    server.misbehave("*", { kind: "captive-portal" });
    expect(await team.sync()).toMatchObject({ kind: "failed", code: "not_json" });
    server.misbehave("*", { kind: "empty" });
    expect(await team.sync()).toMatchObject({ kind: "failed" });
    expect(team.registry.countVersions("team")).toBe(1);
  });

  test("the server's Retry-After is in the outcome", async () => {
    await using server = await startRealmServer(
      {},
      { "*": { kind: "status", status: 503, headers: { "retry-after": "120" } } },
    );
    const team = await createTeam(server);
    expect(await team.sync()).toMatchObject({ kind: "failed", code: "http_status", retryAfterMs: 120_000 });
  });

  test("what arrives after the abort is not written", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one")) });
    const { registry, packs } = memoryIndex();
    registry.registerRealm(realmOf("team", server.url));
    const stopping = new AbortController();
    const client = {
      async fetchPointer() {
        stopping.abort(new Error("too late"));
        return { kind: "one-file" as const, katas: [kataOf("a.one")], validator: { etag: '"x"' } };
      },
      fetchPack: () => Promise.reject(new Error("no pack is expected")),
    };
    const outcome = await syncRealm(
      { registry, packs, client, checkpoint: () => {}, scratch: noScratch },
      realmOf("team", server.url),
      stopping.signal,
    );
    expect(outcome).toMatchObject({ kind: "failed", message: "too late" });
    expect(registry.countVersions()).toBe(0);
    expect(registry.getRealmValidator("team")).toEqual({});
  });

  test("an error that nobody expected is sync_failed with its message, on one line and without hidden text", async () => {
    const { registry, packs } = memoryIndex();
    const realm = realmOf("team", "https://realm.example/v1");
    registry.registerRealm(realm);
    const client = {
      fetchPointer: () => Promise.reject(new TypeError(`two\nlines and \u202e${"x".repeat(1000)}`)),
      fetchPack: () => Promise.reject(new Error("no pack is expected")),
    };
    const outcome = await syncRealm(
      { registry, packs, client, checkpoint: () => {}, scratch: noScratch },
      realm,
      never,
    );
    expect(outcome).toMatchObject({ kind: "failed", code: "sync_failed" });
    expect(outcome.kind === "failed" && outcome.message).toStartWith("two lines and xxx");
    expect(outcome.kind === "failed" && outcome.message.length).toBe(400);
  });
});
