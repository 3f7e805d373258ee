import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type OpenRegistry, openRegistry } from "../../lib/registry/open.ts";
import { defaultSyncLimits, type RealmOutcome, type SyncJob } from "../../lib/sync/job.ts";
import { createChildRunner } from "../../lib/sync/spawn-child.ts";
import { manyDrafts, TestPackedRealm } from "../support/packed-realm.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { realmOf, type TempDir, tempDir } from "./fixtures.ts";

/*
 * The disk changes bytes of the index while a host has it open. Who damages it is another process: one that closes
 * a file loses its own locks on it.
 */

const runJob = createChildRunner({
  entryPath: join(import.meta.dir, "../../lib/sync/child.ts"),
  env: { PATH: process.env.PATH },
});
const ROWS = 600;
// Each test starts up to five processes, one after the other.
setDefaultTimeout(30_000);

let dir: TempDir;
let server: RealmServer;
let host: OpenRegistry;

beforeEach(async () => {
  dir = tempDir();
  server = await startRealmServer();
  new TestPackedRealm().publish(...manyDrafts(ROWS)).serve(server);
  host = openRegistry({ recordsPath: dir.path("ronin.db"), indexPath: indexPath(), readonlyIndex: true });
  host.registry.registerRealm(realmOf("team", server.url));
  expect(await sync()).toMatchObject({ kind: "synced", added: ROWS });
  expect(host.registry.discover("*")).toHaveLength(ROWS);
});

afterEach(async () => {
  host.close();
  await server.stop();
  dir[Symbol.dispose]();
});

const indexPath = () => dir.path("index.db");
const notePath = () => `${indexPath()}.checked`;

async function sync(other: Partial<SyncJob> = {}): Promise<RealmOutcome | undefined> {
  const outcomes: RealmOutcome[] = [];
  const job = {
    indexPath: indexPath(),
    recordsPath: dir.path("ronin.db"),
    realms: [realmOf("team", server.url)],
    knownRealmIds: ["team"],
    trust: { team: { trust: "unsigned" } } as const,
    limits: defaultSyncLimits,
    ...other,
  };
  await runJob(job, (outcome) => void outcomes.push(outcome), new AbortController().signal);
  return outcomes[0];
}

function overwrite(at: number, bytes: number, path = indexPath()): void {
  const code = `const fs = require("node:fs"), fd = fs.openSync(process.argv[1], "r+");
    fs.writeSync(fd, Buffer.alloc(${bytes}, 0xee), 0, ${bytes}, ${at}); fs.closeSync(fd);`;
  const { exitCode } = Bun.spawnSync([process.execPath, "-e", code, path]);
  expect(exitCode).toBe(0);
}

const middle = () => Math.floor(statSync(indexPath()).size / 2 / 4096) * 4096;
const isWhole = () => {
  const db = new Database(indexPath(), { strict: true });
  try {
    return db.query("PRAGMA integrity_check").all();
  } finally {
    db.close();
  }
};

describe("an index whose last look is a day old", () => {
  test.each<[string, () => [number, number]]>([
    ["in the middle", () => [middle(), 3 * 4096]],
    ["in its schema", () => [100, 3000]],
    ["in its header", () => [0, 100]],
  ])(
    "and is damaged %s is made anew in its place, and the host that has it open sees that",
    async (_, where) => {
      const file = statSync(indexPath()).ino;
      overwrite(...where());
      writeFileSync(notePath(), "1");
      expect(await sync()).toMatchObject({ kind: "synced", added: ROWS });
      expect(statSync(indexPath()).ino).toBe(file);
      expect(isWhole()).toEqual([{ integrity_check: "ok" }]);
      expect(host.registry.discover("*")).toHaveLength(ROWS);
      expect(await sync()).toMatchObject({ kind: "synced", added: 0, unchanged: ROWS });
    },
  );
});

describe("the host's own database that is damaged", () => {
  test("is named as such, and the index is not in doubt for it", async () => {
    const records = dir.path("host.db");
    const katas = new Database(records, { create: true });
    katas.run("CREATE TABLE kata_definitions (name, version, source_code, compiled_graph, created_at)");
    katas.run(`INSERT INTO kata_definitions VALUES ('a', 'v1', '${"x".repeat(20_000)}', '{}', 1)`);
    katas.close();
    overwrite(4096, 8192, records);
    const local = { id: "local", name: "Local", type: "local", enabled: true } as const;
    expect(
      await sync({ recordsPath: records, realms: [local], knownRealmIds: ["local", "team"] }),
    ).toMatchObject({
      kind: "failed",
      code: "records_damaged",
    });
    expect(existsSync(notePath())).toBe(true);
  });
});

describe("an index that was looked at today", () => {
  test("is not looked at again: the next sync only finds what it reads", async () => {
    overwrite(middle(), 3 * 4096);
    const checkedAt = readFileSync(notePath(), "utf8");
    expect(await sync()).toMatchObject({ kind: "synced", unchanged: ROWS });
    expect(readFileSync(notePath(), "utf8")).toBe(checkedAt);
  });

  test("is looked at after a sync that did not end", async () => {
    overwrite(middle(), 3 * 4096);
    rmSync(notePath());
    expect(await sync()).toMatchObject({ kind: "synced", added: ROWS });
    expect(isWhole()).toEqual([{ integrity_check: "ok" }]);
  });

  test("is looked at after a sync that met the damage in a realm's rows, and said so", async () => {
    overwriteRoots("type = 'table'");
    new TestPackedRealm()
      .publish(...manyDrafts(ROWS))
      .publish(...manyDrafts(1, "v2"))
      .serve(server);
    expect(await sync()).toMatchObject({ kind: "failed", code: "index_damaged" });
    expect(existsSync(notePath())).toBe(false);
    expect(await sync()).toMatchObject({ kind: "synced", added: ROWS + 1 });
    expect(host.registry.discover("*")).toHaveLength(ROWS);
  });

  test("is looked at after a sync that broke on it before any realm", async () => {
    overwriteRoots("true");
    await expect(sync()).rejects.toThrow("malformed");
    expect(await sync()).toMatchObject({ kind: "synced", added: ROWS });
    expect(host.registry.discover("*")).toHaveLength(ROWS);
  });
});

/** Overwrites the first page of the tree of the rows, or of its indexes as well. */
function overwriteRoots(which: string): void {
  const db = new Database(indexPath(), { strict: true });
  const roots = db
    .query<{ page: number }, []>(
      `SELECT rootpage AS page FROM sqlite_schema WHERE tbl_name = 'realm_kata_index' AND ${which} AND rootpage > 0`,
    )
    .all();
  db.close();
  expect(roots).not.toEqual([]);
  for (const { page } of roots) overwrite((page - 1) * 4096, 4096);
}
