import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { kata } from "../support/install-world.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";

const DOWN = "\u001b[B";
const RIGHT = "\u001b[C";
const ENTER = "\r";
const CTRL_C = "\u0003";

let world: CommandWorld;
let id: string;

beforeEach(async () => {
  world = await startCommandWorld();
  world.publish(kata("finance.audit", "v1"), { description: "The first of them." });
  world.publish(kata("finance.audit", "v2"), { description: "The second of them." });
  ({ id } = world.propose("finance.audit", "v2"));
});
afterEach(() => world.stop());

function expectUntouched(): void {
  expect(world.posts).toEqual([]);
  expect(world.registry.getRequest(id).status).toBe("pending");
}

describe("realms approve on a terminal", () => {
  const question = "Which version of finance.audit";

  test("shows every version, asks which, and installs the one the arrow keys chose", async () => {
    const ran = await world.run(["approve", id], {
      typing: [
        { after: question, keys: DOWN + ENTER },
        { after: "Install acme:finance.audit@v1?", keys: "y" },
      ],
    });

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    const before = ran.stdout.slice(0, ran.stdout.indexOf(question));
    expect(before).toContain("The first of them.");
    expect(before).toContain("The second of them.");
    const after = ran.stdout.slice(ran.stdout.indexOf(question));
    expect(after.slice(0, after.indexOf("Install acme"))).toContain("Phases of v1\n");
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("starts at the version that was proposed", async () => {
    ({ id } = world.propose("finance.audit", "v1"));
    await world.run(["approve", id], {
      typing: [
        { after: question, keys: ENTER },
        { after: "Install acme:finance.audit@v1?", keys: "y" },
      ],
    });
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("changes nothing on Ctrl-C and exits 130", async () => {
    const ran = await world.run(["approve", id], { typing: [{ after: question, keys: CTRL_C }] });

    expect(ran.exitCode).toBe(130);
    expect(ran.stderr).toContain("Nothing was changed");
    expectUntouched();
  });

  test("offers only versions that can be installed", async () => {
    const [v2, v1] = [...(world.registry.getRequest(id).offers ?? [])].sort((a, b) =>
      a.version < b.version ? 1 : -1,
    );
    if (v1 === undefined || v2 === undefined) throw new Error("both must have been offered");
    world.publish(kata("finance.audit", "v3", ["notify.user@v1"]));
    world.registry.updateOffers(id, [{ ...v2, version: "v3" }, v2, v1]);
    const ran = await world.run(["approve", id], { typing: [{ after: question, keys: CTRL_C }] });

    expect(ran.stdout).toContain("v3 (cannot be installed)");
    expect(ran.stdout).toContain("missing_kata");
    const asked = ran.stdout.slice(ran.stdout.indexOf(question));
    expect(asked).toContain("v1");
    expect(asked).not.toContain("v3");
  });
});

describe("realms approve --kata-version on a terminal", () => {
  const question = "Install acme:finance.audit@v1?";

  test("asks only for a yes", async () => {
    const ran = await world.run(["approve", id, "--kata-version", "v1"], {
      typing: [{ after: question, keys: "y" }],
    });

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).not.toContain("Which version");
    expect(ran.stdout).not.toContain("The second of them.");
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("takes a stray Enter for a no, changes nothing and exits 1", async () => {
    const ran = await world.run(["approve", id, "--kata-version", "v1"], {
      typing: [{ after: question, keys: ENTER }],
    });

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("Nothing was changed");
    expectUntouched();
  });

  test("takes yes chosen with the arrow keys", async () => {
    const ran = await world.run(["approve", id, "--kata-version", "v1"], {
      typing: [{ after: question, keys: RIGHT + ENTER }],
    });
    expect(ran.exitCode).toBe(0);
  });

  test("changes nothing on Ctrl-C and exits 130", async () => {
    const ran = await world.run(["approve", id, "--kata-version", "v1"], {
      typing: [{ after: question, keys: CTRL_C }],
    });

    expect(ran.exitCode).toBe(130);
    expectUntouched();
  });
});
