import { describe, expect, test } from "bun:test";
import { RegistryBusyError } from "../../lib/errors.ts";
import type { HostKata, RealmsRegistry } from "../../lib/registry/registry.ts";
import { describeHostKatas, syncLocalRealm } from "../../lib/sync/local-realm.ts";
import { memoryRegistry, NOON, sha256 } from "./fixtures.ts";
import { hostVectors } from "./host-database.ts";

function rowOf(name: string, extra: Partial<HostKata> = {}): HostKata {
  const vector = hostVectors.find((one) => one.name === name);
  if (vector === undefined) throw new Error(`no vector has the name ${name}`);
  return {
    name: vector.name,
    version: vector.version,
    source: vector.source,
    compiledGraph: vector.compiled,
    requiredSkills: [],
    checksum: "",
    createdAt: NOON,
    ...extra,
  };
}

describe("describeHostKatas", () => {
  test("gives every kata of the real host the hashes that a realm would list for it", () => {
    const listable = hostVectors.filter(({ version }) => /^v\d+$/.test(version));
    const { katas, leftOut } = describeHostKatas(listable.map(({ name }) => rowOf(name)));
    expect(leftOut).toBe(0);
    expect(katas.map(({ name, sourceHash, compiledHash }) => ({ name, sourceHash, compiledHash }))).toEqual(
      listable.map(({ name, source, compiledHash }) => ({ name, sourceHash: sha256(source), compiledHash })),
    );
    expect(listable.length).toBeGreaterThan(15);
  });

  test("reads skills, katas, size and dates out of graph and row", () => {
    const { katas } = describeHostKatas([rowOf("a.dr"), rowOf("a.spawn")]);
    expect(katas[0]).toMatchObject({
      requiredSkills: ["s"],
      requiredKatas: [],
      complexity: "simple",
      tags: [],
    });
    expect(katas[1]).toMatchObject({ requiredKatas: ["a.child@v2"], releaseDate: NOON, lastModified: NOON });
  });

  test.each([
    ["a version that no contract can name", rowOf("a.dv")],
    ["a name that our rules refuse", renamed("A.Child")],
    ["a name that climbs out of a folder", renamed("../../x")],
    ["a name that is another kata's row", renamed("a.child_v2")],
    ["a graph that is not JSON", rowOf("a.nt", { compiledGraph: "{" })],
    ["a graph that is no kata", rowOf("a.nt", { compiledGraph: '{"name":"a.nt","version":"v1"}' })],
    ["a graph of another kata than its row", rowOf("a.nt", { name: "a.other" })],
    ["a graph of another version than its row", rowOf("a.nt", { version: "v2" })],
    ["an empty source", rowOf("a.nt", { source: "" })],
    ["a source above the limit", rowOf("a.nt", { source: "x".repeat(256 * 1024 + 1) })],
    ["a required kata without a version", withRequirement({ type: "kata", name: "a.child" })],
  ])("leaves out and counts %s, and keeps the others", (_what, row) => {
    const { katas, leftOut } = describeHostKatas([row, rowOf("ops.ping")]);
    expect(leftOut).toBe(1);
    expect(katas.map(({ name }) => name)).toEqual(["ops.ping"]);
  });
});

function renamed(name: string): HostKata {
  const row = rowOf("a.nt");
  return { ...row, name, compiledGraph: JSON.stringify({ ...JSON.parse(row.compiledGraph), name }) };
}

function withRequirement(requirement: object): HostKata {
  const row = rowOf("a.nt");
  const graph = JSON.parse(row.compiledGraph);
  return { ...row, compiledGraph: JSON.stringify({ ...graph, requires: [...graph.requires, requirement] }) };
}

describe("syncLocalRealm", () => {
  function sync(registry: RealmsRegistry, rows: HostKata[]) {
    let checkpoints = 0;
    const checkpoint = () => {
      checkpoints += 1;
    };
    const outcome = syncLocalRealm({ registry, readHostKatas: () => rows, checkpoint }, "local");
    return { outcome, checkpoints };
  }

  function createRegistry(): RealmsRegistry {
    const registry = memoryRegistry();
    registry.registerRealm({ id: "local", name: "Local", type: "local", enabled: true });
    return registry;
  }

  test("lists the host's katas, and says what it left out", () => {
    const registry = createRegistry();
    const { outcome, checkpoints } = sync(registry, [
      rowOf("ops.ping"),
      rowOf("finance.audit"),
      rowOf("a.dv"),
    ]);
    expect(outcome).toMatchObject({ kind: "synced", realmId: "local", added: 2, unchanged: 0, leftOut: 1 });
    expect(checkpoints).toBe(1);
    expect(registry.discover("finance").map(({ name, fromRealm }) => ({ name, fromRealm }))).toEqual([
      { name: "finance.audit", fromRealm: "local" },
    ]);
  });

  test("the same katas again change nothing", () => {
    const registry = createRegistry();
    sync(registry, [rowOf("ops.ping"), rowOf("finance.audit")]);
    const { outcome } = sync(registry, [rowOf("ops.ping"), rowOf("finance.audit")]);
    expect(outcome).toMatchObject({ kind: "synced", added: 0, updated: 0, unchanged: 2 });
  });

  test("a kata that the host no longer has is gone from the index", () => {
    const registry = createRegistry();
    sync(registry, [rowOf("ops.ping"), rowOf("finance.audit")]);
    const { outcome } = sync(registry, [rowOf("finance.audit")]);
    expect(outcome).toMatchObject({ kind: "synced", unchanged: 1 });
    expect(registry.discover("*").map(({ name }) => name)).toEqual(["finance.audit"]);
  });

  test("a kata that the host replaced under its name and version is replaced in the index", () => {
    const registry = createRegistry();
    sync(registry, [rowOf("ops.ping"), rowOf("finance.audit")]);
    const source = `# another text\n${rowOf("ops.ping").source}`;
    const { outcome } = sync(registry, [rowOf("ops.ping", { source }), rowOf("finance.audit")]);
    expect(outcome).toMatchObject({ kind: "synced" });
    expect(registry.findKata("local", "ops.ping", "v1")?.sourceHash).toBe(sha256(source));
    expect(registry.countVersions("local")).toBe(2);
  });

  test("a host without any kata is an empty realm", () => {
    expect(sync(createRegistry(), []).outcome).toMatchObject({ kind: "synced", added: 0, unchanged: 0 });
  });

  test("a host file that stays locked fails the realm and leaves its index", () => {
    const registry = createRegistry();
    sync(registry, [rowOf("ops.ping")]);
    const readHostKatas = () => {
      throw new RegistryBusyError();
    };
    const outcome = syncLocalRealm({ registry, readHostKatas, checkpoint: () => {} }, "local");
    expect(outcome).toMatchObject({ kind: "failed", realmId: "local", code: "registry_busy" });
    expect(registry.countVersions("local")).toBe(1);
  });
});
