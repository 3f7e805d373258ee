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

  test("costs two small requests when nothing has changed, and writes no row", async () => {
    await sync();
    asked();
    expect(await sync()).toMatchObject({ kind: "synced", added: 0, updated: 0, unchanged: 2 });
    expect(asked()).toEqual(["metadata/2.root.json", "metadata/timestamp.json"]);
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
