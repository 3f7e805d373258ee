import { Database } from "bun:sqlite";
import { expect } from "bun:test";
import { readdirSync } from "node:fs";
import type { RealmErrorCode } from "../../lib/errors.ts";
import type { Realm } from "../../lib/model/realm.ts";
import { createRealmClient, type RealmClientOptions } from "../../lib/realm-client/client.ts";
import { type IndexWriter, openIndexWriter } from "../../lib/registry/open-index-writer.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import type { FailedRealm, RealmOutcome } from "../../lib/sync/job.ts";
import { openScratch } from "../../lib/sync/scratch.ts";
import { syncRealm } from "../../lib/sync/sync-realm.ts";
import { type Draft, draftOf, TestPackedRealm } from "../support/packed-realm.ts";
import type { RealmServer } from "../support/realm-server.ts";
import { realmOf, type TempDir, TestClock, tempDir } from "./fixtures.ts";

/** One Ronin's index file that follows one realm, with the same steps as in the child. */
export interface Follower extends Disposable {
  sync(signal?: AbortSignal): Promise<RealmOutcome>;
  /** Syncs and expects a refusal: code, index and number of writes are looked at. */
  refuses(code: RealmErrorCode): Promise<FailedRealm>;
  /** The index file as another process has it open, for a look at its rows and for damage. */
  db: Database;
  /** `name@version` of every row, in order. */
  versions(): string[];
  /** Changes with every transaction that somebody else commits to the file. */
  writes(): number;
  writer: IndexWriter;
  /** What a host that has the index open finds in it. */
  registry: RealmsRegistry;
}

export interface FollowOptions extends RealmClientOptions {
  /** Leaves what was committed in the log: moving it waits for readers. */
  keepsLog?: boolean;
}

export function follow(realm: Realm, { keepsLog = false, ...options }: FollowOptions = {}): Follower {
  const dir: TempDir = tempDir();
  const indexPath = dir.path("index.db");
  const clock = new TestClock();
  const writer = openIndexWriter({ indexPath, realms: [realm], clock });
  const db = new Database(indexPath, { strict: true });
  const client = createRealmClient({ clock, ...options });
  const registry = new RealmsRegistry(new Database(":memory:", { strict: true }), { index: db, clock });
  registry.registerRealm(realm);
  const checkpoint = keepsLog ? () => {} : writer.checkpoint;

  const sync = async (signal = new AbortController().signal): Promise<RealmOutcome> => {
    const scratch = openScratch(indexPath);
    try {
      const outcome = await syncRealm({ ...writer, client, checkpoint, scratch }, realm, signal);
      // Each file goes as soon as it is used; the folder that is left goes with the job.
      const left = readdirSync(dir.path(".")).filter((name) => name === "index.db.packs");
      expect(left.flatMap((name) => readdirSync(dir.path(name)))).toEqual([]);
      return outcome;
    } finally {
      scratch[Symbol.dispose]();
    }
  };
  const dump = () => db.query("SELECT * FROM realm_kata_index ORDER BY kata_name, version_number").all();

  return {
    writer,
    registry,
    db,
    sync,
    async refuses(code) {
      const before = { rows: dump(), found: registry.discover("*") };
      const outcome = await sync();
      expect(outcome).toMatchObject({ kind: "failed", code });
      expect({ rows: dump(), found: registry.discover("*") }).toEqual(before);
      if (outcome.kind !== "failed") throw new Error("expected a failure");
      return outcome;
    },
    versions: () =>
      db
        .query<{ id: string }, []>(
          `SELECT kata_name || '@' || kata_version AS id FROM realm_kata_index
           ORDER BY kata_name, version_number`,
        )
        .all()
        .map(({ id }) => id),
    writes: () => db.query<{ data_version: number }, []>("PRAGMA data_version").get()?.data_version ?? 0,
    [Symbol.dispose]() {
      db.close();
      writer.close();
      dir[Symbol.dispose]();
    },
  };
}

/** A realm with katas `a.one` to `a.three` on a server, and a follower that has synced it. */
export async function followed(
  server: RealmServer,
  {
    drafts = ["a.one", "a.two", "a.three"].map((name) => draftOf(name)),
    rowsPerPack = 50_000,
    ...options
  }: {
    drafts?: Draft[];
    rowsPerPack?: number;
    realm?: Partial<Realm>;
  } & FollowOptions = {},
): Promise<{ realm: TestPackedRealm; follower: Follower }> {
  const realm = new TestPackedRealm({ rowsPerPack }).publish(...drafts);
  realm.serve(server);
  const { realm: fields, ...clientOptions } = options;
  const follower = follow(realmOf("team", server.url, fields), clientOptions);
  expect(await follower.sync()).toMatchObject({ kind: "synced", added: drafts.length });
  server.requests.length = 0;
  return { realm, follower };
}
