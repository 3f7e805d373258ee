import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createBus } from "../../lib/bus.ts";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { metadataDirFor } from "../../lib/realm-client/tuf-cache.ts";
import { type OpenRegistry, openRegistry } from "../../lib/registry/open.ts";
import type { RealmOutcome } from "../../lib/sync/job.ts";
import { performJob } from "../../lib/sync/perform-job.ts";
import { runSync } from "../../lib/sync/run.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { manyDrafts, TestPackedRealm } from "../support/packed-realm.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { type Desk, openDesk } from "./desk.ts";
import { DAY_MS, readAll } from "./publisher.ts";

const KATAS = join(import.meta.dir, "../../examples/katas");

let desk: Desk;
let server: RealmServer;
let opened: OpenRegistry;

/** A realm that is built and signed by the command, and a host that follows it through the whole sync. */
beforeEach(async () => {
  desk = await openDesk();
  server = await startRealmServer();
  await publish("keys create --realm acme", "build katas --out site --realm acme", "sign --out site");
  opened = openRegistry({
    recordsPath: join(desk.cwd, "ronin.db"),
    indexPath: indexPath(),
    clock: desk.clock,
  });
  follow();
});

afterEach(async () => {
  opened.close();
  await server.stop();
  await desk[Symbol.asyncDispose]();
});

const indexPath = () => join(desk.cwd, "ronin.realms-index.db");

function follow(root?: string): void {
  opened.registry.registerRealm({
    id: "acme",
    name: "Acme",
    type: "custom",
    url: server.url,
    enabled: true,
    ...(root === undefined ? {} : { root }),
  });
}

let served: string[] = [];

/** Puts exactly this folder on the server. */
function upload(folder = join(desk.cwd, "site")): void {
  for (const path of served) server.remove(path);
  served = [...readAll(folder).keys()];
  for (const path of served) server.set(path.replaceAll("\\", "/"), readFileSync(join(folder, path)));
}

async function publish(...commands: string[]): Promise<void> {
  for (const command of commands) {
    const { exitCode, stderr } = await desk.run(command);
    expect({ command, exitCode, stderr }).toEqual({ command, exitCode: 0, stderr: "" });
  }
  if (commands.some((command) => command.startsWith("sign"))) upload();
}

/** A realm that is too large to compile for a test, signed by the command. */
async function signPacks(realm: TestPackedRealm): Promise<void> {
  for (const [path, bytes] of Object.entries(realm.files().files)) {
    await Bun.write(join(desk.cwd, "large", path), bytes);
  }
  await publish("sign --out large");
  upload(join(desk.cwd, "large"));
}

function addKata(file: string): void {
  cpSync(join(KATAS, file), join(desk.cwd, "katas", file));
}

async function sync(realmId = "acme"): Promise<RealmOutcome | undefined> {
  const log = { info() {}, warn() {}, error() {} };
  const outcomes = await runSync(
    {
      registry: opened.registry,
      bus: createBus({ emit() {}, on() {}, off() {} }, log),
      log,
      runJob: (job, onOutcome) =>
        performJob(job, onOutcome, { client: createRealmClient(), clock: desk.clock }),
      credentials: () => undefined,
      indexPath: indexPath(),
      recordsPath: join(desk.cwd, "ronin.db"),
      limits: { realmTimeoutMs: 10_000, maxParallel: 1 },
    },
    [realmId],
    desk.clock.now(),
    new AbortController().signal,
    () => {},
  );
  return outcomes[0];
}

/** Every row of the records. */
function dumpRecords(): Record<string, unknown[]> {
  using db = new Database(join(desk.cwd, "ronin.db"), { readonly: true });
  const tables = db.query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  return Object.fromEntries(tables.map(({ name }) => [name, db.query(`SELECT * FROM ${name}`).all()]));
}

/** The bytes of the index, of what waits in its log too. */
const indexBytes = () => ["", "-wal"].map((suffix) => sha256Hex(readFileSync(`${indexPath()}${suffix}`)));

const codeOf = (outcome: RealmOutcome | undefined) => (outcome?.kind === "failed" ? outcome.code : "synced");
const names = () => opened.registry.discover("*").map(({ name }) => name);
const asked = () => server.requests.splice(0).map(({ path }) => path.slice(1));

describe("a signed realm that is synced", () => {
  test("fills the index, and its trust stands in the records", async () => {
    expect(await sync()).toMatchObject({ kind: "synced", added: 2, trust: { trust: "first-use" } });
    expect(names().sort()).toEqual(["notify.user", "ops.ping"]);
    expect(opened.registry.findRealm("acme")?.trust).toBe("first-use");
    expect(asked()).not.toContain("realm.json");
  });

  test("costs two small requests when nothing has changed, and no row but the time of the sync", async () => {
    await sync();
    asked();
    const { realms = [], ...records } = dumpRecords();
    const index = indexBytes();
    desk.clock.at += 3_600_000;
    const sent = server.sentBytes();
    expect(await sync()).toMatchObject({ kind: "synced", added: 0, updated: 0, unchanged: 2 });
    expect(asked()).toEqual(["metadata/2.root.json", "metadata/timestamp.json"]);
    await server.allClosed();
    expect(server.sentBytes() - sent).toBeLessThan(1536);
    expect(indexBytes()).toEqual(index);
    const at = desk.clock.now();
    expect(dumpRecords()).toEqual({
      ...records,
      realms: realms.map((row) => ({ ...Object(row), last_synced_at: at, last_attempt_at: at })),
    });
  });

  test("costs six requests when something has changed", async () => {
    await sync();
    addKata("ops.watch-v1.kata");
    await publish("build katas --out site", "sign --out site");
    asked();
    expect(await sync()).toMatchObject({ kind: "synced", added: 1 });
    expect(asked()).toHaveLength(6);
    expect(names()).toContain("ops.watch");
  });

  test("costs six requests and 8 KB when 20 of 10,000 rows have changed", async () => {
    const realm = new TestPackedRealm({ id: "acme" }).publish(...manyDrafts(10_000));
    await signPacks(realm);
    expect(await sync()).toMatchObject({ kind: "synced", added: 10_000 });
    const changed = realm.rows.filter((_, index) => index % 500 === 7);
    await signPacks(realm.publish(...changed.map((row) => ({ ...row, status: "deprecated" as const }))));
    asked();
    await server.allClosed();
    const sent = server.sentBytes();
    expect(await sync()).toMatchObject({ kind: "synced", updated: 20, unchanged: 9_980 });
    const paths = asked();
    expect(paths).toHaveLength(6);
    expect(paths.filter((path) => path.startsWith("metadata/"))).toHaveLength(4);
    await server.allClosed();
    // Metadata and all.
    expect(server.sentBytes() - sent).toBeLessThanOrEqual(8 * 1024);
  }, 20_000);

  test("pinned to its fingerprint is pinned, and pinned to another is refused", async () => {
    const fingerprint = JSON.parse(readFileSync(join(desk.cwd, "site/realm.json"), "utf8")).root;
    follow(fingerprint);
    await sync();
    expect(opened.registry.findRealm("acme")?.trust).toBe("pinned");
    follow("0".repeat(64));
    expect(codeOf(await sync())).toBe("root_mismatch");
    expect(names()).toHaveLength(2);
  });

  test("is stale when its signatures end, keeps its index, and recovers when they are renewed", async () => {
    await sync();
    desk.clock.at += 90 * DAY_MS;
    expect(opened.registry.findRealm("acme")?.trust).toBe("stale");
    expect(codeOf(await sync())).toBe("metadata_expired");
    expect(names()).toHaveLength(2);
    await publish("sign --out site");
    expect(codeOf(await sync())).toBe("synced");
    expect(opened.registry.findRealm("acme")?.trust).toBe("first-use");
  });

  test("that answers nothing but 304 fails its syncs, and is stale when its signatures end", async () => {
    await sync();
    server.misbehave("*", { kind: "status", status: 304 });
    expect(codeOf(await sync())).toBe("http_status");
    expect(opened.registry.findRealm("acme")?.trust).toBe("first-use");
    desk.clock.at += 90 * DAY_MS;
    expect(codeOf(await sync())).toBe("http_status");
    expect(opened.registry.findRealm("acme")?.trust).toBe("stale");
    expect(names()).toHaveLength(2);
  });

  test("is never synced unsigned again, also without its cache, and after it was removed and added", async () => {
    await sync();
    for (const path of served.filter((one) => one.startsWith("metadata"))) server.remove(path);
    rmSync(metadataDirFor(indexPath(), "acme"), { recursive: true });
    opened.registry.removeRealm("acme");
    follow();
    expect(codeOf(await sync())).toBe("unsigned_after_signed");
    expect(names()).toEqual([]);
  });
});

describe("a signed realm that was removed", () => {
  test("leaves no metadata behind the next sync, and comes back neither unsigned nor older", async () => {
    const copy = join(desk.cwd, "copy");
    cpSync(join(desk.cwd, "site"), copy, { recursive: true });
    await sync();
    addKata("ops.watch-v1.kata");
    await publish("build katas --out site", "sign --out site");
    await sync();
    opened.registry.removeRealm("acme");
    opened.registry.registerRealm({ id: "local", name: "Here", type: "local", enabled: true });
    expect(existsSync(metadataDirFor(indexPath(), "acme"))).toBe(true);
    expect(codeOf(await sync("local"))).toBe("synced");
    expect(existsSync(metadataDirFor(indexPath(), "acme"))).toBe(false);

    follow();
    upload(copy);
    expect(codeOf(await sync())).toBe("metadata_rolled_back");
    for (const path of served.filter((one) => one.startsWith("metadata"))) server.remove(path);
    expect(codeOf(await sync())).toBe("unsigned_after_signed");
    expect(names()).toEqual([]);
  });
});

describe("a realm that is rebuilt from an older copy", () => {
  async function rollBack(): Promise<void> {
    const copy = join(desk.cwd, "copy");
    cpSync(join(desk.cwd, "site"), copy, { recursive: true });
    await sync();
    addKata("ops.watch-v1.kata");
    await publish("build katas --out site", "sign --out site");
    await sync();
    upload(copy);
  }

  test("is refused, with its cache and without", async () => {
    await rollBack();
    expect(codeOf(await sync())).toBe("metadata_rolled_back");
    rmSync(metadataDirFor(indexPath(), "acme"), { recursive: true });
    expect(codeOf(await sync())).toBe("metadata_rolled_back");
    expect(names()).toHaveLength(3);
  });

  test("is refused when index and cache are both gone: the records remember", async () => {
    await rollBack();
    rmSync(metadataDirFor(indexPath(), "acme"), { recursive: true });
    opened.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${indexPath()}${suffix}`, { force: true });
    opened = openRegistry({
      recordsPath: join(desk.cwd, "ronin.db"),
      indexPath: indexPath(),
      clock: desk.clock,
    });
    expect(codeOf(await sync())).toBe("metadata_rolled_back");
    expect(names()).toEqual([]);
  });

  test("is met anew once a person has reset it, and its index is what it says now", async () => {
    await rollBack();
    opened.registry.resetRealmTrust("acme", "mira");
    expect(await sync()).toMatchObject({ kind: "synced", added: 2 });
    expect(names().sort()).toEqual(["notify.user", "ops.ping"]);
    expect(await sync()).toMatchObject({ kind: "synced", added: 0, unchanged: 2 });
  });

  test("keeps its old index when it was reset and its packs are not there yet", async () => {
    await rollBack();
    opened.registry.resetRealmTrust("acme", "mira");
    for (const path of served.filter((one) => one.startsWith("packs"))) server.remove(path);
    expect(codeOf(await sync())).toBe("pack_missing");
    expect(names()).toHaveLength(3);
    expect(opened.registry.findRealmTrust("acme")).toBeUndefined();
    upload(join(desk.cwd, "copy"));
    expect(await sync()).toMatchObject({ kind: "synced", added: 2 });
    expect(names().sort()).toEqual(["notify.user", "ops.ping"]);
  });

  test("keeps its old index when it was reset and cannot be reached", async () => {
    await rollBack();
    opened.registry.resetRealmTrust("acme", "mira");
    server.misbehave("*", { kind: "hang-up" });
    expect(codeOf(await sync())).toBe("network");
    expect(names()).toHaveLength(3);
  });
});

describe("an unsigned realm", () => {
  test("is recorded as such, and becomes signed by being signed", async () => {
    const unsigned = join(desk.cwd, "unsigned");
    mkdirSync(unsigned);
    await publish("build katas --out unsigned --realm acme");
    upload(unsigned);
    expect(await sync()).toMatchObject({ kind: "synced", trust: { trust: "unsigned" } });
    expect(opened.registry.findRealm("acme")?.trust).toBe("unsigned");
    asked();
    await sync();
    expect(asked()).toEqual(["realm.json"]);
    opened.registry.resetRealmTrust("acme", "mira");
    expect(await sync()).toMatchObject({ kind: "synced", added: 2 });
    expect(names()).toHaveLength(2);
    await publish("sign --out unsigned");
    upload(unsigned);
    expect(await sync()).toMatchObject({ kind: "synced", added: 0, trust: { trust: "first-use" } });
  });
});
