import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { TempHome } from "./temp-home.ts";

test("overrides are laid over the file section by section, lists replaced", async () => {
  await using home = new TempHome();
  home.write(".ronin/config.json", '{"realms":{"approvals":"event","realms":[{"id":"a"}],"ttl":1}}');
  const { api } = await home.start({ config: { realms: { realms: [], ttl: 2 } } });
  expect(api.config.get("realms")).toEqual({ approvals: "event", realms: [], ttl: 2 });
  expect(api.config.get("realms.approvals")).toBe("event");
});

test("get gives the live value and getAll a copy", async () => {
  await using home = new TempHome();
  const { api } = await home.start({ config: { realms: { ttl: 1 } } });
  Object.assign(api.config.get("realms") as object, { ttl: 5 });
  expect(api.config.get("realms.ttl")).toBe(5);
  Object.assign(api.config.getAll().realms as object, { ttl: 9 });
  expect(api.config.get("realms.ttl")).toBe(5);
});

test("an edit on disk is seen after a reload", async () => {
  await using home = new TempHome();
  const { api } = await home.start();
  home.write(".ronin/config.json", '{"realms":{"ttl":7}}');
  expect(api.config.get("realms.ttl")).toBeUndefined();
  await api.config.reload();
  expect(api.config.get("realms.ttl")).toBe(7);
});

test("set writes everything to the file, overrides included", async () => {
  await using home = new TempHome();
  const path = home.write(".ronin/config.json", '{"kept":true}');
  const { api } = await home.start({ config: { fromEnvironment: "secret" } });
  await api.config.set("realms.ttl", 3);
  expect(api.config.get("realms.ttl")).toBe(3);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
    configVersion: "1.0.0",
    kept: true,
    fromEnvironment: "secret",
    realms: { ttl: 3 },
  });
});

test("a file that is not JSON is logged and counts as empty", async () => {
  await using home = new TempHome();
  home.write(".ronin/config.json", "{oops");
  const host = await home.start();
  expect(host.api.config.get("configVersion")).toBe("1.0.0");
  expect(host.logs.map(({ level }) => level)).toEqual(["warn"]);
});

test("a file cannot reach the prototype of other objects", async () => {
  await using home = new TempHome();
  home.write(".ronin/config.json", '{"__proto__":{"polluted":1},"realms":{"__proto__":{"polluted":1}}}');
  const { api } = await home.start({ config: { realms: { ttl: 1 } } });
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
  expect(api.config.get("realms.ttl")).toBe(1);
});
