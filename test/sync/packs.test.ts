import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { draftOf, manyDrafts, pathOf, TestPackedRealm } from "../support/packed-realm.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { realmOf } from "./fixtures.ts";
import { follow, followed } from "./packed-world.ts";

let server: RealmServer;

beforeEach(async () => {
  server = await startRealmServer();
});

afterEach(() => server.stop());

const requested = () => server.requests.map(({ path }) => path.slice(1));

describe("a realm that keeps its rows in packs", () => {
  test("is read whole the first time, from all packs of its base", async () => {
    const realm = new TestPackedRealm({ rowsPerPack: 40 }).publish(...manyDrafts(100));
    const { base } = realm.serve(server);
    using follower = follow(realmOf("team", server.url));
    expect(await follower.sync()).toEqual({
      kind: "synced",
      realmId: "team",
      added: 100,
      updated: 0,
      withdrawn: 0,
      unchanged: 0,
    });
    expect(requested()).toEqual(["realm.json", ...base.map(pathOf)]);
    expect(follower.versions()).toEqual(manyDrafts(100).map(({ name }) => `${name}@v1`));
    expect(follower.registry.findKata("team", "many.kata000007", "v1")).toMatchObject({
      description: "What many.kata000007 does.",
      compiledWith: "1.1.1",
      seq: 1,
    });
  });

  test("costs one conditional request, an empty body and no write when nothing has changed", async () => {
    const { follower } = await followed(server);
    using _ = follower;
    const before = { writes: follower.writes(), sent: server.sentBytes() };
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 0, updated: 0, unchanged: 3 });
    expect(requested()).toEqual(["realm.json"]);
    expect(server.requests[0]?.headers["if-none-match"]).toBeString();
    await server.allClosed();
    // A head and nothing behind it.
    expect(server.sentBytes() - before.sent).toBeLessThan(100);
    expect(follower.writes()).toBe(before.writes);
  });

  test("costs one request and no write where the server does not know entity tags", async () => {
    const { follower } = await followed(server);
    using _ = follower;
    server.misbehave("realm.json", { kind: "headers", headers: {} });
    await follower.sync();
    server.requests.length = 0;
    const writes = follower.writes();
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 0, updated: 0, unchanged: 3 });
    expect(requested()).toEqual(["realm.json"]);
    expect(follower.writes()).toBe(writes);
  });

  test.each(['"strong"', 'W/"weak"'])(
    "a server that ignores the tag %s costs no pack and no write",
    async (etag) => {
      const { follower } = await followed(server);
      using _ = follower;
      server.misbehave("realm.json", { kind: "etag", etag, ignores: true });
      await follower.sync();
      server.requests.length = 0;
      const writes = follower.writes();
      expect(await follower.sync()).toMatchObject({ unchanged: 3 });
      expect(requested()).toEqual(["realm.json"]);
      expect(follower.writes()).toBe(writes);
    },
  );

  test("20 changed rows in 10,000 cost two requests and less than 8 KB, and touch no other row", async () => {
    const drafts = manyDrafts(10_000);
    const { realm, follower } = await followed(server, { drafts });
    using _ = follower;
    const changed = drafts
      .filter((_, i) => i % 500 === 7)
      .map((draft) => ({ ...draft, status: "deprecated" as const, reason: "There is a newer one." }));
    const { base, deltas } = realm.publish(...changed).serve(server);
    const before = server.sentBytes();
    expect(await follower.sync()).toMatchObject({ added: 0, updated: 20, withdrawn: 0, unchanged: 9_980 });
    expect(requested()).toEqual(["realm.json", ...deltas.map(pathOf)]);
    await server.allClosed();
    const sent = server.sentBytes() - before;
    expect(sent).toBeLessThanOrEqual(8 * 1024);
    expect(base[0]?.bytes).toBeGreaterThan(20 * sent);
    expect(changed).toHaveLength(20);
    const count = follower.db.query("SELECT count(*) AS n FROM realm_kata_index WHERE seq = 2").get();
    expect(count).toEqual({ n: 20 });
  });

  test("new, changed and withdrawn versions are counted, and searched as they are now", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    realm
      .publish(
        draftOf("a.one", "v2", { description: "Finds recurring payments." }),
        draftOf("a.two", "v1", { status: "deprecated", reason: "slow", replacedBy: "team:a.one@v2" }),
        draftOf("a.three", "v1", { status: "withdrawn", reason: "wrong sums" }),
      )
      .serve(server);
    expect(await follower.sync()).toMatchObject({ added: 1, updated: 1, withdrawn: 1, unchanged: 1 });
    const { registry } = follower;
    expect(registry.discover("recurring").map(({ name }) => name)).toEqual(["a.one"]);
    expect(registry.discover("*").map(({ name }) => name)).toEqual(["a.one", "a.two"]);
    expect(registry.findKata("team", "a.two", "v1")).toMatchObject({ status: "deprecated", reason: "slow" });
  });

  test("after any number of publishes it takes one delta, and the base once that is smaller or all there is", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    for (let i = 0; i < 5; i += 1) realm.publish(draftOf("b.one", `v${i + 1}`));
    // At publish 6 from 1: the deltas begin 1, 2 and 4 publishes back, so the last of them begins at 2.
    const { base } = realm.serve(server);
    expect(await follower.sync()).toMatchObject({ added: 5, unchanged: 3 });
    expect(requested()).toEqual(["realm.json", ...base.map(pathOf)]);

    server.requests.length = 0;
    realm.publish(draftOf("c.one")).publish(draftOf("c.two")).publish(draftOf("c.three"));
    const { deltas } = realm.serve(server);
    expect(await follower.sync()).toMatchObject({ added: 3, unchanged: 8 });
    expect(requested()).toEqual(["realm.json", ...deltas.filter(({ from }) => from === 5).map(pathOf)]);
  });

  test("a publish that changed no row is followed without a pack's rows", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    realm.publish().serve(server);
    expect(await follower.sync()).toMatchObject({ added: 0, updated: 0, unchanged: 3 });
    expect(follower.writer.packs.find("team")?.seq).toBe(2);
  });

  test("a pointer that was written anew for the same state costs one write, and is conditional from then on", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    realm.serve(server, { issued: "2026-11-23T06:00:00Z", notice: "We are moving." });
    expect(await follower.sync()).toMatchObject({ kind: "synced", unchanged: 3 });
    const writes = follower.writes();
    await follower.sync();
    expect(requested()).toEqual(["realm.json", "realm.json"]);
    const [before, after] = server.requests.map(({ headers }) => headers["if-none-match"]);
    expect(after).not.toBe(before);
    expect(follower.writes()).toBe(writes);
  });

  test("a realm without rows is one", async () => {
    new TestPackedRealm().publish().serve(server);
    using follower = follow(realmOf("team", server.url));
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 0, unchanged: 0 });
    expect(follower.writer.packs.find("team")).toMatchObject({ seq: 1 });
  });

  test("a reader that is in the middle of reading sees the old index to its end, and then the new one", async () => {
    const { realm, follower } = await followed(server, { keepsLog: true });
    using _ = follower;
    realm.publish(draftOf("a.four")).serve(server);
    follower.db.run("BEGIN");
    expect(follower.versions()).toHaveLength(3);
    expect(await follower.sync()).toMatchObject({ added: 1 });
    expect(follower.versions()).toHaveLength(3);
    follower.db.run("COMMIT");
    expect(follower.versions()).toHaveLength(4);
  });

  test("the key goes with every request to the realm and into no outcome", async () => {
    const { realm, follower } = await followed(server, { realm: { apiKey: "key-of-the-team" } });
    using _ = follower;
    realm.publish(draftOf("a.four")).serve(server);
    const outcome = await follower.sync();
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer key-of-the-team",
      "Bearer key-of-the-team",
    ]);
    expect(JSON.stringify(outcome)).not.toContain("key-of-the-team");
  });
});

describe("another form", () => {
  const plain = (name: string, extra: object = {}) => ({
    name,
    version: "v1",
    requiredSkills: [],
    tags: ["test"],
    complexity: "simple" as const,
    sourceHash: draftOf(name).sourceHash,
    compiledHash: draftOf(name).compiledHash,
    ...extra,
  });

  test("a realm in one file can change to packs, which say more about the same versions", async () => {
    server.set("realm.json", { format: 1, realm: "team", seq: 4, katas: [plain("a.one"), plain("a.two")] });
    using follower = follow(realmOf("team", server.url));
    await follower.sync();
    const realm = new TestPackedRealm();
    realm.seq = 3;
    realm.publish(draftOf("a.one"), draftOf("a.two")).publish(draftOf("a.three")).serve(server);
    expect(await follower.sync()).toMatchObject({ added: 1, updated: 2 });
    expect(follower.registry.findKata("team", "a.one", "v1")?.description).toBe("What a.one does.");
    realm.publish(draftOf("a.four")).serve(server);
    expect(await follower.sync()).toMatchObject({ added: 1, unchanged: 3 });
  });

  test("packs with another hash for a version of the one file are hash_conflict", async () => {
    server.set("realm.json", { format: 1, realm: "team", katas: [plain("a.one")] });
    using follower = follow(realmOf("team", server.url));
    await follower.sync();
    new TestPackedRealm().publish(draftOf("a.one", "v1", { compiledHash: "f".repeat(64) })).serve(server);
    await follower.refuses("hash_conflict");
  });

  test("packs that lack a version of the one file are row_disappeared", async () => {
    server.set("realm.json", { format: 1, realm: "team", katas: [plain("a.one"), plain("a.two")] });
    using follower = follow(realmOf("team", server.url));
    await follower.sync();
    new TestPackedRealm().publish(draftOf("a.one")).serve(server);
    await follower.refuses("row_disappeared");
  });

  test("packs with a lower number than the one file had are rolled_back", async () => {
    server.set("realm.json", { format: 1, realm: "team", seq: 4, katas: [plain("a.one")] });
    using follower = follow(realmOf("team", server.url));
    await follower.sync();
    new TestPackedRealm().publish(draftOf("a.one")).serve(server);
    await follower.refuses("rolled_back");
  });

  test("one file after packs needs a number that is not lower, and then packs start from the base again", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const katas = ["a.one", "a.two", "a.three"].map((name) => plain(name));
    server.set("realm.json", { format: 1, realm: "team", katas });
    await follower.refuses("rolled_back");
    server.set("realm.json", { format: 1, realm: "team", seq: 1, katas });
    expect(await follower.sync()).toMatchObject({ kind: "synced" });
    const { base } = realm.publish(draftOf("a.four")).serve(server);
    server.requests.length = 0;
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 1 });
    expect(requested()).toEqual(["realm.json", ...base.map(pathOf)]);
  });

  test("one file that names its number is held to it; with the same number it may change, as people forget it", async () => {
    const indexOf = (seq: number, ...names: string[]) => ({
      format: 1,
      realm: "team",
      seq,
      katas: names.map((name) => plain(name)),
    });
    server.set("realm.json", indexOf(4, "a.one"));
    using follower = follow(realmOf("team", server.url));
    await follower.sync();
    server.set("realm.json", indexOf(4, "a.one", "a.two"));
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 1 });
    server.set("realm.json", indexOf(3, "a.one", "a.two", "a.three"));
    await follower.refuses("rolled_back");
  });
});
