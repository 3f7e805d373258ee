import { Database } from "bun:sqlite";
import { beforeEach, describe, expect, test } from "bun:test";
import type { Realm } from "../../lib/model/realm.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { registerConfiguredRealms } from "../../lib/runtime/realms-setup.ts";

const team: Realm = {
  id: "team",
  name: "Team",
  type: "custom",
  url: "https://team.example",
  enabled: true,
  fromConfig: true,
};
const silent = { info() {}, warn() {}, error() {} };
let registry: RealmsRegistry;
beforeEach(() => {
  registry = new RealmsRegistry(new Database(":memory:"));
});

const setUp = (...realms: Realm[]) => registerConfiguredRealms(registry, realms, 1000, silent);
const enabled = () => registry.getEnabledRealms().map(({ id }) => id);

describe("realms of the config", () => {
  test("without any, only this Ronin's own realm is there", async () => {
    await setUp();
    expect(enabled()).toEqual(["local"]);
  });

  test("are registered at every start and marked as the config's", async () => {
    await setUp(team);
    await setUp({ ...team, name: "The team" });
    expect(registry.findRealm("team")).toMatchObject({ name: "The team", fromConfig: true, createdAt: 1000 });
  });

  test("that the config no longer lists are disabled, and come back with it", async () => {
    await setUp(team);
    await setUp();
    expect(enabled()).toEqual(["local"]);
    await setUp(team);
    expect(enabled()).toEqual(["team", "local"]);
  });

  test("leave alone what a person added", async () => {
    registry.registerRealm({ ...team, id: "mine", fromConfig: undefined });
    await setUp();
    expect(enabled()).toEqual(["mine", "local"]);
  });
});
