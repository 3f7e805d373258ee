import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import type { Realm } from "../../lib/model/realm.ts";
import { codeOf } from "../support/throws.ts";
import { createWorld, createWorldWith, hashOf, kataOf, realmOf, START } from "./world.ts";

describe("registering a realm", () => {
  test("gives it back with every field but its key", () => {
    const { registry } = createWorld();
    const realm: Realm = {
      id: "team",
      name: "Team",
      type: "custom",
      url: "https://team.example/v1",
      enabled: true,
      createdAt: 5,
      lastSyncedAt: 6,
      cacheStrategy: "eager",
      cacheTtl: 1000,
      names: ["acme.*"],
      root: hashOf("root"),
      fromConfig: true,
      apiKeyEnv: "TEAM_KEY",
    };
    registry.registerRealm({ ...realm, apiKey: "token123" });
    expect(registry.getRealms()).toEqual([realm]);
    expect(registry.findRealm("team")).toEqual(realm);
    expect(registry.findApiKey("team")).toBe("token123");
  });

  test("without a creation time takes the clock's", () => {
    expect(createWorldWith("team").registry.findRealm("team")?.createdAt).toBe(START);
  });

  test("drops a trailing slash and fields that it does not know", () => {
    const { registry } = createWorld();
    const realm = { ...realmOf("team"), url: "https://team.example/v1//", color: "red" };
    registry.registerRealm(realm);
    expect(registry.findRealm("team")).toEqual({ ...realmOf("team"), createdAt: START });
  });

  test("again keeps its index, creation time and last sync, and replaces the rest", () => {
    const { registry, pass } = createWorldWith(realmOf("team", { names: ["acme.*"], apiKey: "old" }));
    registry.indexKatas("team", [kataOf("acme.audit")]);
    registry.recordSyncSuccess("team", START + 1);
    pass(1000);
    registry.registerRealm({
      ...realmOf("team", { name: "New name", enabled: false }),
      createdAt: 1,
      lastSyncedAt: 2,
    });
    expect(registry.getRealms()).toEqual([
      { ...realmOf("team", { name: "New name", enabled: false }), createdAt: START, lastSyncedAt: START + 1 },
    ]);
    expect(registry.findKata("team", "acme.audit", "v1")).toBeDefined();
    expect(registry.findApiKey("team")).toBeUndefined();
  });

  test.each([
    ["id", { id: "Team!" }],
    ["url", { url: "ftp://team.example" }],
    ["url", { url: undefined }],
    ["url", { url: "http://team.example", apiKey: "k" }],
    ["names[1]", { names: ["acme.*", "*.acme"] }],
    ["cacheTtl", { cacheTtl: -1 }],
    ["type", { type: "shared" as never }],
  ])("with a wrong %s names the field and stores nothing", (path, fields) => {
    const { registry } = createWorld();
    const register = () => registry.registerRealm({ ...realmOf("team"), ...fields });
    expect(codeOf(register, RegistryError)).toBe("invalid_input");
    expect(register).toThrow(`${path}: `);
    expect(registry.getRealms()).toEqual([]);
  });
});

describe("listing realms", () => {
  test("puts custom before central before local, then sorts by id", () => {
    const { registry } = createWorldWith("local", "central", "zeta", "alpha");
    expect(registry.getRealms().map((realm) => realm.id)).toEqual(["alpha", "zeta", "central", "local"]);
  });

  test("as enabled ones leaves out the others and keeps the order", () => {
    const { registry } = createWorldWith("local", "zeta", "alpha", realmOf("off", { enabled: false }));
    expect(registry.getEnabledRealms().map((realm) => realm.id)).toEqual(["alpha", "zeta", "local"]);
  });

  test("never shows a key, in no result", () => {
    const { registry } = createWorldWith(realmOf("team", { apiKey: "token123" }));
    registry.indexKatas("team", [kataOf("a.b")]);
    const request = registry.requestInstall("a.b", "v1", "team");
    const results = [
      registry.getRealms(),
      registry.getEnabledRealms(),
      registry.findRealm("team"),
      registry.getSyncStatus("team"),
      registry.discover("*"),
      registry.getRealmValidator("team"),
      request,
    ];
    expect(JSON.stringify(results)).not.toContain("token123");
    expect(Object.keys(registry.findRealm("team") ?? {})).not.toContain("apiKey");
  });
});

describe("switching a realm", () => {
  test("off and on changes nothing else", () => {
    const { registry } = createWorldWith("central");
    const before = registry.findRealm("central");
    registry.setRealmEnabled("central", false);
    expect(registry.findRealm("central")).toEqual({ ...before, enabled: false } as Realm);
    expect(registry.getEnabledRealms()).toEqual([]);
    registry.setRealmEnabled("central", true);
    expect(registry.findRealm("central")).toEqual(before);
  });

  test("that is unknown is refused", () => {
    expect(codeOf(() => createWorld().registry.setRealmEnabled("nope", true), RegistryError)).toBe(
      "unknown_realm",
    );
  });
});

describe("removing a realm", () => {
  test("takes its index and validator along, and leaves requests and the other realms", () => {
    const { registry } = createWorldWith("central", "team");
    for (const id of ["central", "team"]) registry.indexKatas(id, [kataOf("a.b")]);
    registry.setRealmValidator("team", { etag: '"1"', path: "realm.json" });
    const { id } = registry.requestInstall("a.b", "v1", "team");

    registry.removeRealm("team");
    expect(registry.findRealm("team")).toBeUndefined();
    expect(registry.countVersions("team")).toBe(0);
    expect(registry.countVersions("central")).toBe(1);
    expect(registry.discover("*").map((result) => result.fromRealm)).toEqual(["central"]);
    expect(registry.getRequest(id).fromRealm).toBe("team");

    registry.registerRealm(realmOf("team"));
    expect(registry.getRealmValidator("team")).toEqual({});
    expect(registry.discover("*", ["team"])).toEqual([]);
  });

  test("that is unknown is refused", () => {
    expect(codeOf(() => createWorld().registry.removeRealm("nope"), RegistryError)).toBe("unknown_realm");
  });
});

describe("the sync status of a realm", () => {
  test("is empty before the first attempt", () => {
    expect(createWorldWith("central").registry.getSyncStatus("central")).toEqual({});
  });

  test("after a failure says why and keeps the last success", () => {
    const { registry } = createWorldWith("central");
    registry.recordSyncSuccess("central", 100);
    registry.recordSyncFailure("central", 200, "timeout", "no answer in 10 s");
    expect(registry.getSyncStatus("central")).toEqual({
      lastSyncedAt: 100,
      lastAttemptAt: 200,
      failureCode: "timeout",
      failureMessage: "no answer in 10 s",
    });
    expect(registry.findRealm("central")?.lastSyncedAt).toBe(100);
  });

  test("after a success forgets the failure", () => {
    const { registry } = createWorldWith("central");
    registry.recordSyncFailure("central", 200, "timeout", "no answer");
    registry.recordSyncSuccess("central", 300);
    expect(registry.getSyncStatus("central")).toEqual({ lastSyncedAt: 300, lastAttemptAt: 300 });
  });

  test("of an unknown realm is refused, in all three methods", () => {
    const { registry } = createWorld();
    expect(codeOf(() => registry.getSyncStatus("nope"), RegistryError)).toBe("unknown_realm");
    expect(codeOf(() => registry.recordSyncSuccess("nope", 1), RegistryError)).toBe("unknown_realm");
    expect(codeOf(() => registry.recordSyncFailure("nope", 1, "a", "b"), RegistryError)).toBe(
      "unknown_realm",
    );
  });
});

describe("a realm's validator", () => {
  test("comes back as it was stored, and replaces the one before", () => {
    const { registry } = createWorldWith("central");
    expect(registry.getRealmValidator("central")).toEqual({});
    registry.setRealmValidator("central", { etag: '"1"', path: "realm.json" });
    registry.setRealmValidator("central", { etag: '"2"' });
    expect(registry.getRealmValidator("central")).toEqual({ etag: '"2"' });
  });

  test("is not sent to another address", () => {
    const { registry } = createWorldWith("central");
    registry.setRealmValidator("central", { etag: '"1"' });
    registry.registerRealm(realmOf("central", { url: "https://moved.example" }));
    expect(registry.getRealmValidator("central")).toEqual({});
  });

  test("of an unknown realm is refused", () => {
    const { registry } = createWorld();
    expect(codeOf(() => registry.getRealmValidator("nope"), RegistryError)).toBe("unknown_realm");
    expect(codeOf(() => registry.setRealmValidator("nope", {}), RegistryError)).toBe("unknown_realm");
  });
});
