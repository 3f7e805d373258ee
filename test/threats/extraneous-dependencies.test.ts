import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { InstallError } from "../../lib/errors.ts";
import { type KataAddress, MAX_PLAN_STEPS, planInstall } from "../../lib/install/plan.ts";
import { type InstallWorld, kata, REALM, startInstallWorld } from "../support/install-world.ts";
import { codeOf } from "../support/throws.ts";

let world: InstallWorld;
beforeEach(async () => {
  world = await startInstallWorld();
});
afterEach(() => world.stop());

const last = () => world.events.at(-1);
const address = (name: string): KataAddress => ({ realm: REALM, name, version: "v1" });
const plannedFor = (name: string) =>
  planInstall(world.deps, address(name)).steps.map((step) => `${step.realm}:${step.kata.name}`);
const refusalFor = (name: string) => codeOf(() => planInstall(world.deps, address(name)), InstallError);

/** Nothing was registered, no receipt written, and the listener was told why. */
function expectStopped(code: string): void {
  expect(last()).toMatchObject({ event: "kata.install_failed", payload: { code } });
  expect(world.registered()).toEqual([]);
  expect(world.receipts()).toEqual([]);
}

function addRealm(id: string, names?: string[]): void {
  world.registry.registerRealm({
    id,
    name: id,
    type: "custom",
    url: `https://${id}.example`,
    enabled: true,
    ...(names === undefined ? {} : { names }),
  });
}

describe("an index that says less than the source needs", () => {
  test("about two skills, which the host has, stops the install and names both", async () => {
    const source = kata("finance.audit").replace("initial", "requires skill local.notify\ninitial");
    world.publish(source, { requiredSkills: [] });
    await world.approve({ proposalId: world.propose("finance.audit", "v1").id });
    expectStopped("skills_mismatch");
    expect(last()?.payload.message).toContain("the source needs local.reasoning, local.notify");
  });

  test("about a kata that is spawned and nowhere declared stops the install", async () => {
    world.publish(kata("notify.user"));
    const source = kata("finance.audit").replace(
      "run skill local.reasoning",
      "spawn kata notify.user v1 -> sent",
    );
    world.publish(source, { requiredKatas: [] });
    await world.approve({ proposalId: world.propose("finance.audit", "v1").id });
    expectStopped("katas_mismatch");
  });
});

describe("a required kata in another realm", () => {
  beforeEach(() => addRealm("other", ["mid.*"]));
  const bothOrders: Array<[required: string[]]> = [
    [["mid.way@v1", "dep.notes@v1"]],
    [["dep.notes@v1", "mid.way@v1"]],
  ];

  test.each(bothOrders)("is not taken because something else brings it along: %j", (required) => {
    world.publish(kata("dep.notes"), {}, "other");
    world.publish(kata("mid.way", "v1", ["dep.notes@v1"]), {}, "other");
    world.publish(kata("finance.audit", "v1", required), { requiredKatas: required });
    expect(refusalFor("finance.audit")).toBe("missing_kata");
  });

  test.each(bothOrders)("does not stand in for the own realm's kata of that name: %j", (required) => {
    world.publish(kata("dep.notes"));
    world.publish(`# not the same\n${kata("dep.notes")}`, {}, "other");
    world.publish(kata("mid.way", "v1", ["dep.notes@v1"]), {}, "other");
    world.publish(kata("finance.audit", "v1", required), { requiredKatas: required });
    expect(refusalFor("finance.audit")).toBe("registered_with_other_bytes");
  });

  test("counts once where both realms have the same bytes", () => {
    world.publish(kata("dep.notes"));
    world.publish(kata("dep.notes"), {}, "other");
    world.publish(kata("mid.way", "v1", ["dep.notes@v1"]), {}, "other");
    world.publish(kata("finance.audit", "v1", ["mid.way@v1", "dep.notes@v1"]));
    expect(plannedFor("finance.audit")).toEqual(["acme:dep.notes", "other:mid.way", "acme:finance.audit"]);
  });

  test("comes from there, and is shown as such, only where a person bound its name to that realm", () => {
    world.publish(kata("mid.way"), {}, "other");
    world.publish(kata("finance.audit", "v1", ["mid.way@v1"]));
    expect(plannedFor("finance.audit")).toEqual(["other:mid.way", "acme:finance.audit"]);
  });

  test("is not taken from a realm that a person switched off", () => {
    world.publish(kata("mid.way"), {}, "other");
    world.publish(kata("finance.audit", "v1", ["mid.way@v1"]));
    world.registry.setRealmEnabled("other", false);
    expect(refusalFor("finance.audit")).toBe("missing_kata");
  });
});

describe("a cycle of katas", () => {
  test("of one, which spawns itself, is refused", () => {
    const source = kata("ops.loop").replace("run skill local.reasoning", "spawn kata ops.loop v1 -> again");
    world.publish(source);
    expect(refusalFor("ops.loop")).toBe("kata_cycle");
  });

  test("that begins behind the kata that is asked for is refused", () => {
    world.publish(kata("a.one", "v1", ["a.two@v1"]));
    world.publish(kata("a.two", "v1", ["a.three@v1"]));
    world.publish(kata("a.three", "v1", ["a.two@v1"]));
    expect(refusalFor("a.one")).toBe("kata_cycle");
  });

  test("is none where two katas require a third", () => {
    world.publish(kata("dep.notes"));
    world.publish(kata("mid.left", "v1", ["dep.notes@v1"]));
    world.publish(kata("mid.right", "v1", ["dep.notes@v1"]));
    world.publish(kata("a.top", "v1", ["mid.left@v1", "mid.right@v1"]));
    expect(plannedFor("a.top")).toEqual(["acme:dep.notes", "acme:mid.left", "acme:mid.right", "acme:a.top"]);
  });
});

describe("the size of a plan", () => {
  function publishChain(length: number): void {
    const next = (at: number) => (at < length - 1 ? [`a.k${at + 1}@v1`] : []);
    for (let at = 0; at < length; at++) world.publish(kata(`a.k${at}`, "v1", next(at)));
  }

  test("may be the limit in depth, and not one more", () => {
    publishChain(MAX_PLAN_STEPS + 1);
    expect(refusalFor("a.k0")).toBe("plan_too_large");
    expect(plannedFor("a.k1")).toHaveLength(MAX_PLAN_STEPS);
  });

  test("may be the limit in width, and not one more", () => {
    const names = Array.from({ length: MAX_PLAN_STEPS }, (_, at) => `a.k${at}`);
    for (const name of names) world.publish(kata(name));
    const refs = names.map((name) => `${name}@v1`);
    world.publish(kata("a.fits", "v1", refs.slice(1)));
    world.publish(kata("a.wide", "v1", refs));
    expect(plannedFor("a.fits")).toHaveLength(MAX_PLAN_STEPS);
    expect(refusalFor("a.wide")).toBe("plan_too_large");
  });
});

describe("a dependency that changes between the approval and the install", () => {
  /** Approved, as before a restart, and not installed yet. */
  function approveOnly(name: string): string {
    const { id } = world.propose(name, "v1");
    world.registry.approveInstall(id, "mira");
    return id;
  }

  test("by being added stops it, and what it is now is shown again", async () => {
    const row = world.publish(kata("finance.audit", "v1", ["notify.user@v1"]), { requiredKatas: [] });
    const id = approveOnly("finance.audit");
    world.publish(kata("notify.user"));
    world.registry.indexKatas(REALM, [{ ...row, requiredKatas: ["notify.user@v1"] }]);
    await world.installer.install(id);
    expectStopped("offer_changed");
    expect(world.fetched).toEqual([]);
    expect(world.proposedAgain).toEqual([id]);
  });

  test("by being added to a kata that is itself required stops it", async () => {
    const row = world.publish(kata("text.format", "v1", ["notify.user@v1"]), { requiredKatas: [] });
    world.publish(kata("finance.audit", "v1", ["text.format@v1"]));
    const id = approveOnly("finance.audit");
    world.publish(kata("notify.user"));
    world.registry.indexKatas(REALM, [{ ...row, requiredKatas: ["notify.user@v1"] }]);
    await world.installer.install(id);
    expectStopped("offer_changed");
  });

  test("by coming from another realm with the same bytes stops it", async () => {
    world.publish(kata("notify.user"));
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"]));
    const id = approveOnly("finance.audit");
    addRealm("other", ["notify.*"]);
    world.publish(kata("notify.user"), {}, "other");
    await world.installer.install(id);
    expectStopped("offer_changed");
  });

  test("by being withdrawn stops it", async () => {
    const row = world.publish(kata("notify.user"));
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"]));
    const id = approveOnly("finance.audit");
    world.registry.indexKatas(REALM, [{ ...row, status: "withdrawn", reason: "leaks" }]);
    await world.installer.install(id);
    expectStopped("kata_withdrawn");
  });
});
