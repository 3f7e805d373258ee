import type { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { draftOf, pathOf } from "../support/packed-realm.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { kataOf } from "./fixtures.ts";
import { followed } from "./packed-world.ts";

/*
 * The index is a cache on a disk that anybody may write to. Nothing of it is believed where a sync can tell; what
 * it says about hashes is verified again by an install.
 */

let server: RealmServer;

beforeEach(async () => {
  server = await startRealmServer();
});

afterEach(() => server.stop());

const requested = () => server.requests.map(({ path }) => path.slice(1));

const damages: ReadonlyArray<[string, (db: Database) => void]> = [
  ["a row was removed", (db) => db.run("DELETE FROM realm_kata_index WHERE kata_name = 'a.two'")],
  [
    "a row was added",
    (db) =>
      db.run(
        `INSERT INTO realm_kata_index (realm_id, kata_name, kata_version, version_number, required_skills, tags,
           complexity, source_hash, compiled_hash, last_modified, release_date)
         SELECT realm_id, 'a.evil', kata_version, version_number, required_skills, tags, complexity, source_hash,
           compiled_hash, last_modified, release_date
         FROM realm_kata_index WHERE kata_name = 'a.two'`,
      ),
  ],
  [
    "the digest of the row that changes was edited",
    (db) => db.run("UPDATE realm_kata_index SET row_digest = zeroblob(32) WHERE kata_name = 'a.one'"),
  ],
  [
    "the digest of the row that changes was dropped",
    (db) => db.run("UPDATE realm_kata_index SET row_digest = NULL WHERE kata_name = 'a.one'"),
  ],
  ["a bucket was edited", (db) => db.run("UPDATE realm_buckets SET digest = zeroblob(32)")],
  ["a bucket is something else", (db) => db.run("UPDATE realm_buckets SET digest = 'x', row_digests = 7")],
  ["the state was edited", (db) => db.run("UPDATE realm_states SET state = 'x'")],
  ["all buckets are gone", (db) => db.run("DELETE FROM realm_buckets")],
];

describe("an index in which", () => {
  test.each(damages)("%s is made good by the base, in the run of the next publish", async (_name, damage) => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    damage(follower.db);
    const { base, deltas } = realm
      .publish(
        draftOf("a.one", "v1", { status: "deprecated", reason: "old" }),
        draftOf("a.two", "v1", { status: "deprecated", reason: "old" }),
      )
      .publish(draftOf("a.four"))
      .serve(server);
    expect(await follower.sync()).toMatchObject({ kind: "synced" });
    const delta = pathOf(deltas.find(({ from }) => from === 1) ?? { sha256: "" });
    expect(requested().filter((path) => path !== delta)).toEqual(["realm.json", ...base.map(pathOf)]);
    expect(follower.versions()).toEqual(["a.four@v1", "a.one@v1", "a.three@v1", "a.two@v1"]);
    expect(follower.registry.discover("*").map(({ name }) => name)).toEqual([
      "a.four",
      "a.three",
      "a.one",
      "a.two",
    ]);

    server.requests.length = 0;
    realm.publish(draftOf("a.five")).serve(server);
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 1, unchanged: 4 });
    expect(requested()).toHaveLength(2);
  });

  test("somebody else indexed a kata loses it with the base, in searches too", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    const { registry } = follower;
    registry.indexKatas("team", [kataOf("a.evil")]);
    expect(registry.discover("evil")).toHaveLength(1);
    realm.publish(draftOf("a.four")).serve(server);
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 1, unchanged: 3 });
    expect(registry.discover("evil")).toEqual([]);
    expect(registry.findKata("team", "a.evil", "v1")).toBeUndefined();
    const left = follower.db.query("SELECT * FROM realm_katas WHERE kata_name = 'a.evil'").all();
    expect(left).toEqual([]);
  });

  test("a digest is missing gets it back with the base, and the row is followed by deltas again", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    follower.db.run("UPDATE realm_kata_index SET row_digest = NULL WHERE kata_name = 'a.three'");
    realm.publish(draftOf("a.four")).serve(server, { deltas: [] });
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 1, updated: 0, unchanged: 3 });
    server.requests.length = 0;
    realm.publish(draftOf("a.three", "v1", { status: "deprecated", reason: "old" })).serve(server);
    expect(await follower.sync()).toMatchObject({ kind: "synced", updated: 1 });
    expect(requested()).toHaveLength(2);
  });

  const editHash = (db: Database) =>
    db.run("UPDATE realm_kata_index SET source_hash = ? WHERE kata_name = 'a.two'", ["e".repeat(64)]);

  test("the hash of a row was edited is made good by a base, whose line is the one that was stored", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    editHash(follower.db);
    realm.publish(draftOf("a.four")).serve(server, { deltas: [] });
    expect(await follower.sync()).toMatchObject({ kind: "synced", added: 1, updated: 1 });
    const kata = follower.registry.findKata("team", "a.two", "v1");
    expect(kata?.sourceHash).toBe(draftOf("a.two").sourceHash);
  });

  test("the hash of a row was edited that the realm has changed since is hash_conflict: nobody can tell who did it", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    editHash(follower.db);
    realm.publish(draftOf("a.two", "v1", { status: "deprecated", reason: "old" })).serve(server);
    await follower.refuses("hash_conflict");
  });

  test("the publish number was edited into nonsense fails the sync: it is no realm that was never seen", async () => {
    const { realm, follower } = await followed(server);
    using _ = follower;
    follower.db.run("UPDATE realm_states SET seq = 'seven'");
    realm.publish(draftOf("a.four")).serve(server);
    const { message } = await follower.refuses("invalid_document");
    expect(message).toContain("realm_states.seq");
  });
});
