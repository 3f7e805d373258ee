import { describe, expect, test } from "bun:test";
import { InstallError, RegistryError } from "../../lib/errors.ts";
import { planInstall } from "../../lib/install/plan.ts";
import { createRealmClient } from "../../lib/realm-client/client.ts";
import type { RealmsRegistry } from "../../lib/registry/registry.ts";
import { syncRealm } from "../../lib/sync/sync-realm.ts";
import { type RealmServer, startRealmServer } from "../support/realm-server.ts";
import { codeOf } from "../support/throws.ts";
import { kataOf, memoryIndex, memoryRegistry, noScratch, realmOf } from "../sync/fixtures.ts";

const hostileNames: Array<[what: string, name: string]> = [
  ["a path", "../x"],
  ["a path with back slashes", "..\\x"],
  ["dots alone", ".."],
  ["a query", "finance?x=1"],
  ["a fragment", "finance#x"],
  ["an encoded dot", "%2e%2e"],
  ["an encoded slash", "finance%2faudit"],
  ["NUL", "finance\0audit"],
  ["a line break", "finance.audit\n"],
  ["300 characters", "a".repeat(300)],
  ["65 characters", "a".repeat(65)],
  ["a Cyrillic letter", "fin\u0430nce.audit"],
  ["a Greek letter", "finance.\u03b1udit"],
  ["full-width letters", "\uff46inance.audit"],
  ["a dotless i", "f\u0131nance.audit"],
  ["upper case", "Finance.audit"],
  ["a zero-width space", "finance.\u200baudit"],
  ["a zero-width joiner", "finance\u200d.audit"],
  ["a right-to-left override", "\u202eaudit.finance"],
  ["isolates", "\u2066finance\u2069.audit"],
  ["a variation selector", "finance.audit\ufe0f"],
  ["__proto__", "__proto__"],
  ["__proto__ as a part", "a.__proto__"],
  ["another kata's row on the host", "finance_v1"],
];

function createRegistry(): RealmsRegistry {
  const registry = memoryRegistry();
  for (const id of ["acme", "local"]) registry.registerRealm(realmOf(id, `https://${id}.example`));
  return registry;
}

describe("a kata named with", () => {
  test.each(hostileNames)("%s is refused by the index, which stays as it was", (_what, name) => {
    const registry = createRegistry();
    registry.indexKatas("acme", [kataOf("ops.ping")]);
    const index = () => registry.indexKatas("acme", [kataOf("ops.pong"), kataOf(name)]);
    expect(codeOf(index, RegistryError)).toBe("invalid_input");
    expect(index).toThrow("[1].name: ");
    expect(registry.countVersions("acme")).toBe(1);
  });

  test.each(hostileNames)("%s cannot be required either", (_what, name) => {
    const registry = createRegistry();
    const index = () =>
      registry.indexKatas("acme", [kataOf("ops.ping", "v1", { requiredKatas: [`${name}@v1`] })]);
    expect(codeOf(index, RegistryError)).toBe("invalid_input");
    expect(index).toThrow("[0].requiredKatas[0]: ");
    expect(registry.countVersions("acme")).toBe(0);
  });

  test.each(hostileNames)("%s cannot be asked for, planned or created", (_what, name) => {
    const registry = createRegistry();
    const ask = () => registry.requestInstall(name, "v1", "acme");
    expect(codeOf(ask, RegistryError)).toBe("unknown_kata");
    const plan = () =>
      planInstall({ registry, hasSkill: () => true }, { realm: "acme", name, version: "v1" });
    expect(codeOf(plan, InstallError)).toBe("missing_kata");
    const create = () => registry.requestInstall(name, "v1", "local", { kind: "create" });
    expect(codeOf(create, RegistryError)).toBe("invalid_input");
  });
});

describe("a realm that serves a kata with such a name", () => {
  const sync = (registry: RealmsRegistry, server: RealmServer) =>
    syncRealm(
      {
        registry,
        packs: memoryIndex().packs,
        client: createRealmClient(),
        checkpoint: () => {},
        scratch: noScratch,
      },
      realmOf("acme", server.url),
      new AbortController().signal,
    );

  test("fails its sync, and its old index stays", async () => {
    await using server = await startRealmServer({
      "realm.json": { format: 1, katas: [kataOf("ops.ping")] },
    });
    const registry = createRegistry();
    expect(await sync(registry, server)).toMatchObject({ kind: "synced", added: 1 });
    for (const [what, name] of hostileNames) {
      server.set("realm.json", { format: 1, katas: [kataOf("ops.ping"), kataOf(name)] });
      const outcome = await sync(registry, server);
      expect({ what, outcome }).toMatchObject({
        what,
        outcome: { kind: "failed", code: "invalid_document" },
      });
      expect(registry.discover("*").map((result) => result.name)).toEqual(["ops.ping"]);
    }
  });

  test.each(["1.1.1\ufeff", " 1.1.1", "1.1.1\u2028"])(
    "or hides the compiler it used behind %j, fails as well",
    async (compiledWith) => {
      await using server = await startRealmServer({
        "realm.json": { format: 1, katas: [kataOf("a.b", "v1", { compiledWith })] },
      });
      expect(await sync(createRegistry(), server)).toMatchObject({
        kind: "failed",
        code: "invalid_document",
      });
    },
  );
});

describe("names that objects inherit", () => {
  test("are tags, search words and realm ids like any other", () => {
    const registry = createRegistry();
    registry.indexKatas("acme", [kataOf("a.b", "v1", { tags: ["__proto__", "constructor"] })]);
    for (const word of ["__proto__", "constructor"]) {
      expect(registry.discover(word).map((result) => result.name)).toEqual(["a.b"]);
      expect(registry.discover("a.b", [word])).toEqual([]);
      expect(registry.findRealm(word)).toBeUndefined();
    }
    expect(registry.discover("toString valueOf hasOwnProperty")).toEqual([]);
  });
});
