import { afterEach, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { eventTable } from "../../lib/events.ts";
import { read } from "../support/install-world.ts";
import { exampleRealm, type PackWorld, runtimeOfProcess, startPackWorld } from "../support/pack-world.ts";

const INTENT = "I need to track all recurring subscriptions";
const agentFile = (name: string) => resolve(import.meta.dir, `../../agents/${name}.ts`);
let world: PackWorld;
afterEach(() => world.stop());

async function propose(intent = INTENT) {
  world.emit("capability.missing", { intent });
  return world.seen("kata.install_proposed");
}

const registered = () =>
  read<{ kata: string }>(
    world.databasePath,
    "SELECT name || '@' || version AS kata FROM kata_definitions ORDER BY 1",
  ).map(({ kata }) => kata);

describe("the pack in a host", () => {
  test("walks from a missing capability to an installed kata", async () => {
    world = await startPackWorld();
    await world.sync();
    expect(await world.seen("realm.synced", ({ realmId }) => realmId === "examples")).toMatchObject({
      added: 10,
    });

    const proposal = await propose();
    expect(proposal).toMatchObject({ kataName: "finance.subscriptions", fromRealm: "examples" });
    expect(proposal.versions.map(({ version, isCompatible }) => [version, isCompatible])).toEqual([
      ["v3", false],
      ["v2", true],
      ["v1", true],
    ]);

    world.emit("kata.user_approved", { proposalId: proposal.proposalId, approvedBy: "mira" });
    const installed = await world.seen("kata.installed");
    expect(installed).toMatchObject({
      kataName: "finance.subscriptions",
      kataVersion: "v2",
      fromRealm: "examples",
    });
    expect(registered()).toEqual(["finance.subscriptions@v2", "notify.user@v1"]);
    const [receipt] = read<{ id: string }>(
      world.databasePath,
      "SELECT id FROM kata_install_receipts WHERE kata_name = 'finance.subscriptions'",
    );
    expect(receipt?.id).toBe(installed.receiptId);
  });

  test("syncs before the first search, without being asked to", async () => {
    world = await startPackWorld();
    expect(await propose()).toMatchObject({ kataName: "finance.subscriptions" });
  });

  test("lists what was installed in the realm of this Ronin's own katas", async () => {
    world = await startPackWorld();
    const { proposalId } = await propose();
    world.emit("kata.user_approved", { proposalId, approvedBy: "mira" });
    await world.seen("realm.synced", ({ realmId, added }) => realmId === "local" && added === 2);
    const own = await world.host.api.plugins.call("realms", "discover", "subscriptions", ["local"]);
    expect(own).toMatchObject([{ name: "finance.subscriptions", fromRealm: "local" }]);
  });

  test("answers a need that an installed kata meets with capability.available", async () => {
    world = await startPackWorld();
    const { proposalId } = await propose();
    world.emit("kata.user_approved", { proposalId, approvedBy: "mira" });
    await world.seen("kata.installed");
    world.emit("capability.missing", { intent: "track recurring subscriptions please" });
    expect(await world.seen("capability.available")).toMatchObject({
      kataName: "finance.subscriptions",
      kataVersion: "v2",
    });
    expect(world.count("kata.install_proposed")).toBe(1);
  });

  test("proposes to create what no realm has, and creates it once approved", async () => {
    world = await startPackWorld();
    world.emit("capability.missing", { intent: "I need to sync Slack updates to Discord" });
    const creation = await world.seen("kata.creation_proposed");
    expect(world.count("kata.install_proposed")).toBe(0);
    world.emit("kata.user_approved", { proposalId: creation.proposalId, approvedBy: "mira" });
    expect(await world.seen("kata.created")).toMatchObject({
      proposalId: creation.proposalId,
      kataName: creation.kataName,
      kataVersion: "v1",
      createdBy: "mira",
    });
    expect(registered()).toEqual([`${creation.kataName}@v1`]);
  });

  test("replaces its proposal to create when a sync brings a kata for the need", async () => {
    world = await startPackWorld({ isServed: false });
    world.emit("capability.missing", { intent: INTENT });
    const creation = await world.seen("kata.creation_proposed");
    for (const [path, bytes] of Object.entries(await exampleRealm())) {
      world.realm.set(path, bytes);
    }
    await world.sync();
    const proposal = await world.seen("kata.install_proposed");
    expect(proposal.kataName).toBe("finance.subscriptions");
    await world.logged(/is superseded by/);
    const [old] = read<{ status: string; reason: string }>(
      world.databasePath,
      `SELECT status, reason FROM kata_install_requests WHERE id = '${creation.proposalId}'`,
    );
    expect(old).toEqual({ status: "rejected", reason: "superseded by examples:finance.subscriptions@v2" });
  });

  test("reports a realm that fails and keeps its old index", async () => {
    world = await startPackWorld();
    await world.sync();
    world.realm.set("realm.json", { format: 1, katas: "none" });
    await world.sync();
    expect(await world.seen("realm.sync_failed")).toEqual({ realmId: "examples", code: "invalid_document" });
    expect(await propose()).toMatchObject({ kataName: "finance.subscriptions" });
  });
});

describe("approvals", () => {
  test("need a proof where the host serves HTTP: a posted event installs nothing", async () => {
    world = await startPackWorld({ http: true });
    const { proposalId } = await propose();
    const response = await fetch(`${world.host.url}/api/events/emit`, {
      method: "POST",
      headers: { origin: "https://evil.example", "content-type": "text/plain" },
      body: JSON.stringify({
        event: "kata.user_approved",
        data: { proposalId, approvedBy: "mira" },
        source: "dojo",
      }),
    });
    expect(response.status).toBe(200);
    expect(await world.seen("kata.approval_unconfirmed")).toEqual({ proposalId, code: "proof_missing" });
    expect(world.count("kata.installed")).toBe(0);
  });

  test("by event are possible there when the settings say so", async () => {
    world = await startPackWorld({ http: true, realms: { approvals: "event" } });
    const { proposalId } = await propose();
    world.emit("kata.user_approved", { proposalId, approvedBy: "mira" });
    await world.seen("kata.installed");
  });
});

describe("hot reload", () => {
  test("leaves one answer to each event, however often it happens", async () => {
    world = await startPackWorld();
    const handlers = () =>
      world.host.api.events.getRegisteredEvents().find(({ event }) => event === "capability.missing");
    const before = handlers();
    for (let times = 0; times < 4; times++) await world.host.reload(agentFile("dojo-agent"));
    await world.host.reload(agentFile("realm-sync-agent"));
    expect(handlers()).toEqual(before);
    const { proposalId } = await propose();
    world.emit("kata.user_approved", { proposalId, approvedBy: "mira" });
    await world.seen("kata.installed");
    await world.sync();
    expect([world.count("kata.install_proposed"), world.count("kata.installed")]).toEqual([1, 1]);
  });
});

describe("hot reload in the middle of an install", () => {
  test.each(Array.from({ length: 20 }, (_, time) => time + 1))(
    "lets it end once (%d)",
    async (time) => {
      world = await startPackWorld();
      const { proposalId } = await propose();
      const bytesAtOnce = 4 * time;
      world.realm.misbehave("*", { kind: "drip", everyMs: 2, bytesAtOnce });
      const requests = world.realm.requests.length;
      world.emit("kata.user_approved", { proposalId, approvedBy: "mira" });
      while (world.realm.requests.length === requests) await Bun.sleep(1);
      for (const name of ["dojo-agent", "realm-sync-agent"]) await world.host.reload(agentFile(name));
      world.emit("kata.user_approved", { proposalId, approvedBy: "mira" });
      await world.seen("kata.installed");
      await Bun.sleep(20);
      expect([world.count("kata.installed"), world.count("kata.install_failed")]).toEqual([1, 0]);
      expect(registered()).toEqual(["finance.subscriptions@v2", "notify.user@v1"]);
    },
    15_000,
  );
});

describe("the bus", () => {
  const hostile: unknown[] = [
    null,
    undefined,
    0,
    "text",
    [],
    {},
    { intent: "" },
    { intent: 7, proposalId: {}, approvedBy: [] },
    { intent: "x".repeat(10_000_000), proposalId: "y".repeat(10_000_000), approvedBy: "z", rejectedBy: "z" },
    JSON.parse('{"__proto__": {"intent": "polluted"}, "constructor": 1}'),
  ];

  test("may carry anything: what cannot be read is ignored and the next need is served", async () => {
    world = await startPackWorld();
    for (const [event, { direction }] of Object.entries(eventTable)) {
      if (direction === "in")
        for (const payload of hostile) world.host.api.events.emit(event, payload, "test");
    }
    world.events.length = 0;
    expect(await propose()).toMatchObject({ kataName: "finance.subscriptions" });
  });

  test("may carry a thousand needs in one turn: one proposal for each that is new", async () => {
    world = await startPackWorld();
    for (let times = 0; times < 1000; times++) world.emit("capability.missing", { intent: INTENT });
    await world.seen("kata.install_proposed");
    await world.sync();
    expect(world.count("kata.install_proposed")).toBe(1);
  });
});

describe("the realms plugin", () => {
  test("is registered by the agents where its file was not loaded, with tools that only read and ask", async () => {
    world = await startPackWorld();
    const tools = world.host.api.tools.list().filter(({ provider }) => provider === "plugin:realms");
    expect(tools.map(({ name }) => name).sort()).toEqual(
      [
        "checkCompatibility",
        "discover",
        "listRealms",
        "pendingRequests",
        "receipts",
        "requestInstall",
        "stats",
      ].map((name) => `realms_${name}`),
    );
  });

  test("requests an install, which is proposed to a person and not installed", async () => {
    world = await startPackWorld();
    await world.sync();
    const request = await world.host.api.plugins.call(
      "realms",
      "requestInstall",
      "ops.ping",
      "v1",
      "examples",
    );
    const shown = { kataName: "ops.ping", fromRealm: "examples", trust: "unsigned" };
    expect(request).toMatchObject({ ...shown, status: "pending" });
    expect(await world.seen("kata.install_proposed")).toMatchObject(shown);
    expect(await world.host.api.plugins.call("realms", "pendingRequests")).toMatchObject([shown]);
    expect(await world.host.api.plugins.call("realms", "discover", "ops.ping", ["examples"])).toMatchObject([
      { name: "ops.ping", fromRealm: "examples", trust: "unsigned" },
    ]);
    expect(world.count("kata.installed")).toBe(0);
  });

  test("keeps credentials out of everything it returns", async () => {
    process.env.PACK_TEST_KEY = "very-secret-key";
    world = await startPackWorld({
      realms: {
        realms: [
          { id: "keyed", url: "http://127.0.0.1:9", apiKeyEnv: "PACK_TEST_KEY" },
          { id: "direct", url: "http://127.0.0.1:9", apiKey: "other-secret-key" },
        ],
      },
    });
    await world.sync();
    const everything = await Promise.all(
      ["listRealms", "pendingRequests", "receipts", "stats"].map((method) =>
        world.host.api.plugins.call("realms", method),
      ),
    );
    const text = JSON.stringify([everything, world.events, world.host.logs, world.lines]);
    expect(text).toContain('"keyed"');
    expect(text).not.toContain("secret-key");
    expect(text).not.toContain("PACK_TEST_KEY");
    delete process.env.PACK_TEST_KEY;
  });

  test.each([
    ["discover", []],
    ["discover", [{}]],
    ["requestInstall", ["../x", "v1", "examples"]],
    ["requestInstall", ["ops.ping"]],
    ["requestInstall", ["ops.ping", "v1", "no realm"]],
    ["checkCompatibility", [{ name: "x" }]],
  ])("refuses %s%j with a sentence that names the argument", async (method, args) => {
    world = await startPackWorld();
    expect(world.host.api.plugins.call("realms", method, ...args)).rejects.toThrow(/argument \d/);
  });
});

describe("a process that is no host", () => {
  test("has nothing of ours in the background", async () => {
    process.env.RONIN_READ_ONLY = "1";
    try {
      world = await startPackWorld();
      expect(runtimeOfProcess()).toBeDefined();
      world.emit("capability.missing", { intent: INTENT });
      world.emit("kata.user_approved", null);
      await world.sync();
      expect(world.realm.requests).toEqual([]);
      expect(world.events.map(({ event }) => event)).toEqual(["capability.missing", "kata.user_approved"]);
      expect(read(world.databasePath, "SELECT 1 FROM sqlite_master WHERE name = 'realms'")).toEqual([]);
    } finally {
      delete process.env.RONIN_READ_ONLY;
    }
  });
});
