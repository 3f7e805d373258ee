import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { createCredentials } from "../../lib/runtime/credentials.ts";
import { readSettings } from "../../lib/runtime/settings.ts";

const mirrors = ["https://one.example/v1", "https://two.example/v1"];

test("mirrors of the settings are asked for sources too", () => {
  const entry = { id: "team", url: "https://realm.example/v1", mirrors };
  const { settings, problems } = readSettings({ realms: [entry] });
  expect(problems).toEqual([]);
  const registry = new RealmsRegistry(new Database(":memory:", { strict: true }));
  for (const realm of settings.realms) registry.registerRealm(realm);
  expect(createCredentials(registry, {}).addressOf("team").mirrors).toEqual(mirrors);
});

test("a mirror that no realm could have leaves the realm out and names the setting", () => {
  const entry = { id: "team", url: "https://realm.example/v1", mirrors: [mirrors[0], "http://two.example"] };
  const { settings, problems } = readSettings({ realms: [entry] });
  expect(settings.realms).toEqual([]);
  expect(problems.map(({ path }) => path)).toEqual(["realms.realms[0].mirrors"]);
});
