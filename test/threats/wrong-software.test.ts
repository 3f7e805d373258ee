import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { KataCompiler, KataParser } from "ronin-plugin-api";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import { syncRealm } from "../../lib/sync/sync-realm.ts";
import { describeCompiled } from "../../lib/trust/describe.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { type InstallWorld, kata, REALM, read, startInstallWorld } from "../support/install-world.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { memoryIndex, noScratch } from "../sync/fixtures.ts";

let world: InstallWorld;
beforeEach(async () => {
  world = await startInstallWorld();
});
afterEach(() => world.stop());

const last = () => world.events.at(-1);
const signal = new AbortController().signal;

/** Brings the realm's index up to date from a real server, as the sync's child does. */
function sync(server: RealmServer) {
  const realm = { id: REALM, name: "Acme", type: "custom" as const, url: server.url, enabled: true };
  world.registry.registerRealm(realm);
  return syncRealm(
    {
      registry: world.registry,
      packs: memoryIndex().packs,
      client: createRealmClient(),
      checkpoint: () => {},
      scratch: noScratch,
    },
    realm,
    signal,
  );
}

describe("a name that other systems give a meaning", () => {
  test.each(["con", "nul", "constructor"])("%s installs like any other, and names no file", async (name) => {
    const source = kata(name);
    const row = describeCompiled(new KataCompiler().compile(new KataParser().parse(source)), source);
    await using server = await startRealmServer({
      "realm.json": { format: 1, katas: [row] },
      [`katas/${row.sourceHash}.kata`]: source,
    });
    expect(await sync(server)).toMatchObject({ kind: "synced", added: 1 });
    const client = createRealmClient();
    world.deps.fetchSource = (id, hash) => client.fetchSource({ id, url: server.url }, hash, signal);
    const before = readdirSync(dirname(world.databasePath));

    expect(world.registry.discover(name).map((result) => result.name)).toEqual([name]);
    await world.approve({ proposalId: world.propose(name, "v1").id });

    expect(last()).toMatchObject({ event: "kata.installed", payload: { kataName: name } });
    expect(world.registered()).toEqual([`${name}@v1`]);
    expect(world.receipts()).toEqual([`${name}@v1`]);
    expect(readdirSync(dirname(world.databasePath))).toEqual(before);
    expect(server.requests.map(({ path }) => path)).toEqual(["/realm.json", `/katas/${row.sourceHash}.kata`]);
  });

  test.each(["constructor", "__proto__", "toString"])("%s is no skill that every host has", async (skill) => {
    world.deps.hasSkill = (name) => world.api.tools?.has(name) === true;
    world.publish(kata("finance.audit", "v1", [], skill));
    await world.approve({ proposalId: world.propose("finance.audit", "v1").id });
    expect(last()).toMatchObject({ event: "kata.install_failed", payload: { code: "missing_skills" } });
    expect(world.registered()).toEqual([]);
  });
});

describe("the same name and version in two realms", () => {
  const ours = kata("finance.audit");
  const theirs = `# theirs\n${ours}`;

  beforeEach(() => {
    world.registry.registerRealm({
      id: "public",
      name: "Public",
      type: "central",
      url: "https://public.example",
      enabled: true,
    });
    world.publish(ours);
    world.publish(theirs, {}, "public");
  });

  test.each([
    [REALM, ours, "public"],
    ["public", theirs, REALM],
  ])("the request's realm %s decides which bytes are installed", async (realm, source, other) => {
    const askedRealms: string[] = [];
    const fetchSource = world.deps.fetchSource;
    world.deps.fetchSource = (id, hash, stop) => {
      askedRealms.push(id);
      return fetchSource(id, hash, stop);
    };
    await world.approve({ proposalId: world.propose("finance.audit", "v1", realm).id });

    expect(askedRealms).toEqual([realm]);
    expect(read(world.databasePath, "SELECT source_code AS source FROM kata_definitions")).toEqual([
      { source },
    ]);
    expect(world.registry.getReceipts()).toMatchObject([{ fromRealm: realm, sourceHash: sha256Hex(source) }]);

    await world.approve({ proposalId: world.propose("finance.audit", "v1", other).id });
    expect(last()).toMatchObject({ payload: { fromRealm: other, code: "registered_with_other_bytes" } });
    expect(read(world.databasePath, "SELECT source_code AS source FROM kata_definitions")).toEqual([
      { source },
    ]);
    expect(world.registry.getReceipts()).toHaveLength(1);
  });

  test("are two results and two requests, never merged", () => {
    expect(
      world.registry.discover("audit").map((result) => [result.fromRealm, result.versions.length]),
    ).toEqual([
      [REALM, 1],
      ["public", 1],
    ]);
    const [a, b] = [REALM, "public"].map((realm) => world.propose("finance.audit", "v1", realm));
    expect(world.registry.getPendingRequests().map(({ fromRealm }) => fromRealm)).toEqual([REALM, "public"]);
    expect(a?.offers?.[0]?.sourceHash).toBe(sha256Hex(ours));
    expect(b?.offers?.[0]?.sourceHash).toBe(sha256Hex(theirs));
  });

  test("one realm cannot serve the other's bytes under its own hash", async () => {
    world.served.set(sha256Hex(theirs), new TextEncoder().encode(ours));
    await world.approve({ proposalId: world.propose("finance.audit", "v1", "public").id });
    expect(last()).toMatchObject({ payload: { code: "source_hash_mismatch" } });
    expect(world.registered()).toEqual([]);
  });
});

describe("a compiled graph with another hash than the index says", () => {
  async function install(compiledWith: string | undefined, acceptOtherCompiler: boolean): Promise<void> {
    world.publish(kata("finance.audit"), {
      compiledHash: "0".repeat(64),
      ...(compiledWith === undefined ? {} : { compiledWith }),
    });
    const { id } = world.propose("finance.audit", "v1");
    await world.approve({ proposalId: id, acceptOtherCompiler });
  }

  test("made by another compiler version is said to be, with both versions", async () => {
    await install("1.2.0", false);
    expect(last()).toMatchObject({ payload: { code: "compiled_by_other_version" } });
    expect(last()?.payload.message).toContain("Ronin 1.2.0, this is 1.1.1");
    expect(world.registered()).toEqual([]);
  });

  test.each([["1.1.1"], [undefined]])(
    "made by the same compiler (%p) is refused, even if a person accepts another",
    async (compiledWith) => {
      await install(compiledWith, true);
      expect(last()).toMatchObject({ payload: { code: "compiled_hash_mismatch" } });
      expect(world.registered()).toEqual([]);
      expect(world.receipts()).toEqual([]);
    },
  );
});
