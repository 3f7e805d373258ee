import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { InstallError } from "../../lib/errors.ts";
import { MAX_PLAN_STEPS, planInstall } from "../../lib/install/plan.ts";
import { type InstallWorld, kata, REALM, startInstallWorld } from "../support/install-world.ts";
import { codeOf } from "../support/throws.ts";

let world: InstallWorld;
beforeEach(async () => {
  world = await startInstallWorld();
});
afterEach(() => world.stop());

const plan = (name: string, version = "v1", realm = REALM) =>
  planInstall(world.deps, { realm, name, version });
const steps = (name: string) =>
  plan(name).steps.map(
    ({ realm, kata: { name: own, version }, isInstalled }) =>
      `${realm}:${own}@${version}${isInstalled ? " installed" : ""}`,
  );
const refusal = (name: string) => codeOf(() => plan(name), InstallError);

function addRealm(id: string, names?: string[]): void {
  const url = `https://${id}.example`;
  world.registry.registerRealm({ id, name: id, type: "custom", url, enabled: true, names });
}

describe("a plan", () => {
  test("lists what is required before what requires it, each once", () => {
    world.publish(kata("a.base"));
    world.publish(kata("a.left", "v1", ["a.base@v1"]));
    world.publish(kata("a.right", "v1", ["a.base@v1"]));
    world.publish(kata("a.top", "v1", ["a.left@v1", "a.right@v1"]));
    expect(steps("a.top")).toEqual(["acme:a.base@v1", "acme:a.left@v1", "acme:a.right@v1", "acme:a.top@v1"]);
  });

  test("names every skill once, and those that are missing over the whole of it", () => {
    world.publish(kata("notify.user", "v1", [], "mail.send"));
    world.publish(kata("a.top", "v1", ["notify.user@v1"]));
    expect(plan("a.top")).toMatchObject({
      requiredSkills: ["mail.send", "local.reasoning"],
      missingSkills: ["mail.send"],
    });
  });

  test("whose required kata's name is bound to two other realms is an error that lists both", () => {
    addRealm("owner", ["notify.*"]);
    addRealm("rival", ["notify.user"]);
    for (const id of ["owner", "rival"]) world.publish(kata("notify.user"), {}, id);
    world.publish(kata("a.top", "v1", ["notify.user@v1"]));
    expect(refusal("a.top")).toBe("ambiguous_kata");
    expect(() => plan("a.top")).toThrow("owner:notify.user@v1, rival:notify.user@v1");
  });

  test("takes a required kata from its own realm where the name is bound to that one too", () => {
    addRealm("early", ["notify.*"]);
    addRealm("owner", ["notify.*", "own.*"]);
    for (const id of ["early", "owner"]) world.publish(kata("notify.user"), {}, id);
    world.publish(kata("own.top", "v1", ["notify.user@v1"]), {}, "owner");
    const found = plan("own.top", "v1", "owner").steps.map(({ realm }) => realm);
    expect(found).toEqual(["owner", "owner"]);
  });

  test("takes a required kata from the realm that its name is bound to", () => {
    addRealm("owner", ["notify.*"]);
    world.publish(kata("notify.user"), {}, "owner");
    world.publish(kata("a.top", "v1", ["notify.user@v1"]));
    expect(steps("a.top")).toEqual(["owner:notify.user@v1", "acme:a.top@v1"]);
  });

  test("takes a required kata from the host when no realm lists it", async () => {
    const host = await world.deps.host();
    await host.registry.register(kata("my.own"));
    world.publish(kata("a.top", "v1", ["my.own@v1"]));
    expect(steps("a.top")).toEqual(["local:my.own@v1 installed", "acme:a.top@v1"]);
  });

  test("does not ask again what the host's own kata requires", async () => {
    const host = await world.deps.host();
    await host.registry.register(kata("my.own", "v1", ["no.such@v1"]));
    world.publish(kata("a.top", "v1", ["my.own@v1"]));
    expect(steps("a.top")).toEqual(["local:my.own@v1 installed", "acme:a.top@v1"]);
  });

  test("does not take the host's own kata for the one that is asked for", async () => {
    const host = await world.deps.host();
    await host.registry.register(kata("my.own"));
    expect(refusal("my.own")).toBe("missing_kata");
  });

  test("marks what is installed with the same bytes", async () => {
    const host = await world.deps.host();
    await host.registry.register(kata("notify.user"));
    world.publish(kata("notify.user"));
    world.publish(kata("a.top", "v1", ["notify.user@v1"]));
    expect(steps("a.top")).toEqual(["acme:notify.user@v1 installed", "acme:a.top@v1"]);
  });

  test("has one digest however much of it is installed already", async () => {
    world.publish(kata("notify.user"));
    world.publish(kata("a.top", "v1", ["notify.user@v1"]));
    const before = plan("a.top").planHash;
    const host = await world.deps.host();
    await host.registry.register(kata("notify.user"));
    expect(plan("a.top").planHash).toBe(before);
  });
});

describe("there is no plan", () => {
  test("with a required kata that was withdrawn", () => {
    const row = world.publish(kata("notify.user"));
    world.publish(kata("a.top", "v1", ["notify.user@v1"]));
    world.registry.indexKatas(REALM, [{ ...row, status: "withdrawn", reason: "leaks" }]);
    expect(refusal("a.top")).toBe("kata_withdrawn");
  });

  test("but one with a withdrawn kata that is installed", async () => {
    const host = await world.deps.host();
    await host.registry.register(kata("notify.user"));
    const row = world.publish(kata("notify.user"));
    world.publish(kata("a.top", "v1", ["notify.user@v1"]));
    world.registry.indexKatas(REALM, [{ ...row, status: "withdrawn", reason: "leaks" }]);
    expect(steps("a.top")).toEqual(["acme:notify.user@v1 installed", "acme:a.top@v1"]);
  });

  test("with a required kata for another Ronin", () => {
    world.publish(kata("notify.user"), { minRoninVersion: "2.0.0" });
    world.publish(kata("a.top", "v1", ["notify.user@v1"]));
    expect(refusal("a.top")).toBe("incompatible_ronin");
  });

  test("with a kata that requires itself", () => {
    world.publish("kata a.self v1\ninitial go\nphase go\n  spawn kata a.self v1 -> again\n  complete\n");
    expect(refusal("a.self")).toBe("kata_cycle");
  });

  test("of more katas than a person could read", () => {
    const chain = (length: number) => {
      for (let i = 0; i < length; i++) {
        world.publish(kata(`c${length}.k${i}`, "v1", i + 1 < length ? [`c${length}.k${i + 1}@v1`] : []));
      }
      return `c${length}.k0`;
    };
    expect(plan(chain(MAX_PLAN_STEPS)).steps).toHaveLength(MAX_PLAN_STEPS);
    expect(refusal(chain(MAX_PLAN_STEPS + 1))).toBe("plan_too_large");
  });
});
