import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import type { Realm } from "../../lib/model/realm.ts";
import { openRegistry } from "../../lib/registry/open.ts";
import type { RealmsRegistry } from "../../lib/registry/registry.ts";
import { defaultSyncLimits, type RealmOutcome, type SyncJob } from "../../lib/sync/job.ts";
import { createChildRunner } from "../../lib/sync/spawn-child.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { kataOf, manyKatas, realmOf, type TempDir, tempDir, until } from "./fixtures.ts";
import { HostDatabase, hostVectors } from "./host-database.ts";

const entryPath = join(import.meta.dir, "../../lib/sync/child.ts");
const runJob = createChildRunner({ entryPath, env: { PATH: process.env.PATH } });
const local: Realm = { id: "local", name: "Local", type: "local", enabled: true };

const indexOf = (...katas: RealmKataMetadata[]) => ({ format: 1, katas });

let dir: TempDir;
let host: HostDatabase;
let opened: { registry: RealmsRegistry; close(): void };
let registry: RealmsRegistry;

beforeEach(() => {
  dir = tempDir();
  host = new HostDatabase(dir.path("ronin.db"));
  opened = openRegistry({ recordsPath: dir.path("ronin.db"), indexPath: dir.path("index.db") });
  registry = opened.registry;
});

afterEach(() => {
  opened.close();
  host[Symbol.dispose]();
  dir[Symbol.dispose]();
});

function jobFor(realms: Realm[], change: Partial<SyncJob> = {}): SyncJob {
  for (const { apiKey: _, ...realm } of realms) registry.registerRealm(realm);
  return {
    indexPath: dir.path("index.db"),
    recordsPath: dir.path("ronin.db"),
    realms,
    knownRealmIds: registry.getRealms().map(({ id }) => id),
    limits: defaultSyncLimits,
    ...change,
  };
}

async function run(job: SyncJob, signal = new AbortController().signal): Promise<RealmOutcome[]> {
  const outcomes: RealmOutcome[] = [];
  await runJob(job, (outcome) => void outcomes.push(outcome), signal);
  return outcomes;
}

function names(realmId: string): string[] {
  return registry.discover("*", [realmId]).map(({ name }) => name);
}

/** Nothing is wrong with the file, and a new process reads from it what this one does. */
function expectWholeIndex(versions: number): void {
  const db = new Database(dir.path("index.db"), { strict: true });
  expect(db.query("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  db.close();
  expect(registry.countVersions("team")).toBe(versions);
}

describe("a sync in its own process", () => {
  test("fills the index that the host's connection reads, from realms and from the host's own katas", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("finance.audit")) });
    for (const vector of hostVectors) host.register(vector);
    const outcomes = await run(jobFor([realmOf("team", server.url), local]));
    expect(outcomes).toContainEqual({
      kind: "synced",
      realmId: "team",
      added: 1,
      updated: 0,
      withdrawn: 0,
      unchanged: 0,
      trust: { trust: "unsigned" },
    });
    expect(outcomes).toContainEqual({
      kind: "synced",
      realmId: "local",
      added: hostVectors.length - 1,
      updated: 0,
      withdrawn: 0,
      unchanged: 0,
      leftOut: 1,
    });
    expect(names("team")).toEqual(["finance.audit"]);
    expect(names("local")).toContain("ops.ping");
  });

  test("a second run over an unchanged realm costs one request and writes nothing", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one"), kataOf("a.two")) });
    const job = jobFor([realmOf("team", server.url)], { trust: { team: { trust: "unsigned" } } });
    await run(job);
    server.requests.length = 0;
    const before = statSync(dir.path("index.db")).mtimeMs;
    expect(await run(job)).toEqual([
      {
        kind: "synced",
        realmId: "team",
        added: 0,
        updated: 0,
        withdrawn: 0,
        unchanged: 2,
        trust: { trust: "unsigned" },
      },
    ]);
    expect(server.requests.map(({ path, headers }) => [path, typeof headers["if-none-match"]])).toEqual([
      ["/realm.json", "string"],
    ]);
    expect(statSync(dir.path("index.db")).mtimeMs).toBe(before);
  });

  test("leaves its log empty, and the host's file as it was", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(...manyKatas(500)) });
    const job = jobFor([realmOf("team", server.url), local]);
    const before = await Bun.file(dir.path("ronin.db")).bytes();
    await run(job);
    expect(statSync(dir.path("index.db-wal")).size).toBe(0);
    expect(await Bun.file(dir.path("ronin.db")).bytes()).toEqual(before);
    expect(host.db.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "delete" });
  });

  test("empties a log that a killed run left behind, even when it finds nothing new", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one")) });
    const job = jobFor([realmOf("team", server.url)]);
    await run(job);
    const other = new Database(dir.path("index.db"), { strict: true });
    other.run("PRAGMA wal_autocheckpoint = 0");
    other.run("UPDATE realm_kata_index SET install_count = 7");
    other.close();
    expect(statSync(dir.path("index.db-wal")).size).toBeGreaterThan(0);
    expect(await run(job)).toMatchObject([{ unchanged: 1 }]);
    expect(statSync(dir.path("index.db-wal")).size).toBe(0);
    expect(registry.findKata("team", "a.one", "v1")?.installCount).toBe(7);
  });

  test("a slow and a broken realm beside good ones: these are reported first, the slow one after its limit", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one")) });
    await using slow = await startRealmServer(
      { "realm.json": indexOf(kataOf("b.one")) },
      { "*": { kind: "drip", everyMs: 100 } },
    );
    await using broken = await startRealmServer({ "realm.json": "{" });
    const realms = [
      realmOf("slow", slow.url),
      realmOf("broken", broken.url),
      ...["a", "b", "c", "d", "e"].map((id) => realmOf(id, server.url)),
    ];
    const outcomes = await run(jobFor(realms, { limits: { realmTimeoutMs: 400, maxParallel: 4 } }));
    expect(outcomes.at(-1)).toMatchObject({ realmId: "slow", kind: "failed", code: "timeout" });
    expect(outcomes.find(({ realmId }) => realmId === "broken")).toMatchObject({ code: "not_json" });
    expect(
      outcomes
        .filter(({ kind }) => kind === "synced")
        .map(({ realmId }) => realmId)
        .toSorted(),
    ).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("sends a realm's API key to that realm and prints it nowhere", async () => {
    await using server = await startRealmServer({}, { "*": { kind: "status", status: 403 } });
    await using other = await startRealmServer({ "realm.json": indexOf() });
    const outcomes = await run(
      jobFor([realmOf("team", server.url, { apiKey: "key-of-the-team" }), realmOf("other", other.url)]),
    );
    expect(server.requests[0]?.headers.authorization).toBe("Bearer key-of-the-team");
    expect(other.requests[0]?.headers).not.toHaveProperty("authorization");
    expect(JSON.stringify(outcomes)).not.toContain("key-of-the-team");
    const index = await Bun.file(dir.path("index.db")).text();
    expect(index).not.toContain("key-of-the-team");
  });

  test("drops what the index holds of a realm that nobody has registered any more", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one")) });
    await run(jobFor([realmOf("team", server.url)]));
    await run(jobFor([realmOf("other", server.url)], { knownRealmIds: ["other"] }));
    expect(registry.countVersions("team")).toBe(0);
    expect(registry.countVersions("other")).toBe(1);
  });

  test("an index file that is no database is made one", async () => {
    writeFileSync(dir.path("broken.db"), "this is a text file ".repeat(100));
    const job = jobFor([local], { indexPath: dir.path("broken.db") });
    expect(await run(job)).toMatchObject([{ kind: "synced" }]);
    expect(await Bun.file(dir.path("broken.db")).text()).toStartWith("SQLite format 3");
  });

  test("a job that is none ends the child with an error", async () => {
    const job = jobFor([local], { limits: { realmTimeoutMs: 0, maxParallel: 4 } });
    await expect(run(job)).rejects.toMatchObject({ code: "sync_failed" });
  });

  test("a host without a database file fails its local realm alone", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one")) });
    const job = jobFor([realmOf("team", server.url), local], { recordsPath: dir.path("missing.db") });
    const outcomes = await run(job);
    expect(outcomes).toContainEqual(expect.objectContaining({ realmId: "local", code: "sync_failed" }));
    expect(outcomes).toContainEqual(expect.objectContaining({ realmId: "team", kind: "synced" }));
    expect(existsSync(dir.path("missing.db"))).toBe(false);
  });
});

describe("a child that is killed", () => {
  async function syncOnce(server: RealmServer): Promise<SyncJob> {
    const job = jobFor([realmOf("team", server.url)]);
    await run(job);
    return job;
  }

  test("while it waits for the realm leaves the old index whole and searchable", async () => {
    await using server = await startRealmServer({ "realm.json": indexOf(kataOf("a.one")) });
    const job = await syncOnce(server);
    server.set("realm.json", indexOf(kataOf("a.one"), kataOf("a.two")));
    server.misbehave("realm.json", { kind: "no-headers" });
    const stopping = new AbortController();
    const running = run(job, stopping.signal);
    running.catch(() => undefined);
    await until(() => server.requests.length === 2);
    stopping.abort(new Error("killed"));
    await expect(running).rejects.toThrow("killed");
    await server.allClosed();
    expectWholeIndex(1);
    expect(names("team")).toEqual(["a.one"]);
  });

  test.each([0, 1_000_000])(
    "while it writes, with more than %i bytes in the log, leaves the old index or the new one",
    async (logBytes) => {
      await using server = await startRealmServer({ "realm.json": indexOf(...manyKatas(50)) });
      const job = await syncOnce(server);
      server.set("realm.json", indexOf(...manyKatas(50), ...manyKatas(3000, "v2")));
      // Somebody who reads keeps the log from being emptied before the test has seen it.
      const reader = new Database(dir.path("index.db"), { strict: true });
      reader.run("BEGIN");
      reader.query("SELECT count(*) FROM realm_kata_index").get();
      const stopping = new AbortController();
      const running = run(job, stopping.signal);
      running.catch(() => undefined);
      await until(() => statSync(dir.path("index.db-wal")).size > logBytes);
      stopping.abort(new Error("killed"));
      await expect(running).rejects.toThrow("killed");
      reader.close();

      const versions = registry.countVersions("team");
      expect([50, 3050]).toContain(versions);
      expectWholeIndex(versions);
      expect(names("team")).toHaveLength(versions === 50 ? 50 : 3000);
      expect(await run(job)).toMatchObject([{ kind: "synced" }]);
      expectWholeIndex(3050);
      expect(statSync(dir.path("index.db-wal")).size).toBe(0);
    },
    20_000,
  );
});

describe("a child whose parent is gone", () => {
  async function startHanging(): Promise<{ server: RealmServer; job: SyncJob }> {
    const server = await startRealmServer({}, { "*": { kind: "no-headers" } });
    return { server, job: jobFor([realmOf("team", server.url)]) };
  }

  test("ends when its stdin does", async () => {
    const { server, job } = await startHanging();
    await using _ = server;
    const child = Bun.spawn([process.execPath, entryPath], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
    child.stdin.write(`${JSON.stringify(job)}\n`);
    child.stdin.flush();
    await until(() => server.requests.length === 1);
    expect(child.exitCode).toBeNull();
    child.stdin.end();
    expect(await child.exited).toBe(1);
    await server.allClosed();
  });

  test("ends when the parent is killed without a chance to say so", async () => {
    const { server, job } = await startHanging();
    await using _ = server;
    writeFileSync(
      dir.path("parent.ts"),
      `import { createChildRunner } from ${JSON.stringify(join(import.meta.dir, "../../lib/sync/spawn-child.ts"))};
       await createChildRunner({ entryPath: ${JSON.stringify(entryPath)}, env: {} })(
         ${JSON.stringify(job)}, () => {}, new AbortController().signal);`,
    );
    const parent = Bun.spawn([process.execPath, dir.path("parent.ts")], {
      stdout: "ignore",
      stderr: "ignore",
    });
    await until(() => server.requests.length === 1);
    parent.kill("SIGKILL");
    await parent.exited;
    await server.allClosed(3000);
    expect(server.openSockets()).toBe(0);
  });

  test("ends on SIGTERM", async () => {
    const { server, job } = await startHanging();
    await using _ = server;
    const child = Bun.spawn([process.execPath, entryPath], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
    child.stdin.write(`${JSON.stringify(job)}\n`);
    child.stdin.flush();
    await until(() => server.requests.length === 1);
    child.kill("SIGTERM");
    await child.exited;
    expect(child.signalCode).toBe("SIGTERM");
    await server.allClosed();
  });
});
