import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createBus } from "../../lib/bus.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";

const sourceOf = (version: string, skill: string): string =>
  `kata finance.audit ${version}\nrequires skill ${skill}\ninitial a\nphase a\n  run skill ${skill}\n  complete\n`;

let world: CommandWorld;
beforeEach(async () => {
  world = await startCommandWorld({ approvals: { mode: "event" } });
  world.publish(sourceOf("v1", "local.reasoning"));
  await world.approve({ proposalId: world.propose("finance.audit", "v1").id });
});
afterEach(() => world.stop());

const json = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { stdout } = await world.run([...args, "--json"]);
  return JSON.parse(stdout) as Record<string, unknown>;
};

describe("realms updates", () => {
  test("says what is newer and what it changes, and what to do with that is remembered", async () => {
    const { sourceHash } = world.publish(sourceOf("v2", "local.notify"), { changes: "Tells you." });
    world.registry.saveSource(sourceHash, world.served.get(sourceHash) ?? new Uint8Array());
    const { exitCode, stdout } = await world.run(["updates", "--diff"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "1 kata has a newer version.

      acme:finance.audit@v1
        newer       v2
        changes     Tells you.
        new skills  local.notify
        cool-down   0 days
        -  kata finance.audit v1
        -  requires skill local.reasoning
        +  kata finance.audit v2
        +  requires skill local.notify
           initial a
           phase a
        -  run skill local.reasoning
        +  run skill local.notify
           complete
      "
    `);

    await world.run(["updates", "finance.audit", "--skip", "v2", "--min-age-days", "3"]);
    expect(await json("updates")).toMatchObject({
      katas: [{ kataName: "finance.audit", choice: { skipped: ["v2"], minAgeDays: 3, chosenBy: "mira" } }],
    });
    expect((await world.run(["updates"])).stdout).toContain("0 katas have a newer version");
    await world.run(["updates", "finance.audit", "--unskip", "v2", "--pin", "--as", "jo"]);
    expect((await world.run(["updates"])).stdout).toMatch(/newer +none\n(?:.*\n)*? +pinned +by jo/);
    await world.run(["updates", "finance.audit", "--unpin"]);
    expect(await json("updates")).toMatchObject({ katas: [{ update: { kataVersion: "v2" } }] });
  });

  test("says what was withdrawn, and why", async () => {
    const [row] = world.registry.getVersions("acme", "finance.audit");
    if (row === undefined) throw new Error("not published");
    world.registry.indexKatas("acme", [{ ...row, status: "withdrawn", reason: "leaks addresses" }]);
    const { stdout } = await world.run(["updates"]);
    expect(stdout).toMatch(/withdrawn +v1: leaks addresses/);
  });

  test.each([
    ["a kata that is not installed", ["updates", "finance.other"]],
    ["a change without a kata", ["updates", "--pin"]],
    ["a version that is none", ["updates", "finance.audit", "--skip", "2"]],
    ["both of two opposites", ["updates", "finance.audit", "--pin", "--unpin"]],
    ["half a day", ["updates", "finance.audit", "--min-age-days", "0.5"]],
  ])("refuses %s", async (_what, args) => {
    expect((await world.run(args)).exitCode).toBe(2);
  });
});

describe("realms uninstall", () => {
  test("shows what depends on the kata, takes it out and keeps a record, without a running Ronin", async () => {
    world.edit("CREATE TABLE tasks (id TEXT, state TEXT, kata_name TEXT, kata_version TEXT)");
    world.edit("INSERT INTO tasks VALUES ('t1', 'running', 'finance.audit', 'v1')");
    const { exitCode, stdout } = await world.run(["uninstall", "finance.audit@v1", "--yes"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/tasks +t1 \(running\)/);
    expect(world.registered()).toEqual([]);
    expect(world.registry.getRemovals()).toMatchObject([{ kataName: "finance.audit", removedBy: "mira" }]);
    expect(world.posts).toEqual([]);
    expect((await world.run(["updates"])).stdout).toContain("Nothing was installed");
  });

  test("asks first, and No changes nothing", async () => {
    const { exitCode, stdout } = await world.run(["uninstall", "finance.audit@v1"], {
      typing: [{ after: "Take finance.audit@v1 out", keys: "\r" }],
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Nothing here depends on finance.audit@v1.");
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("is refused where there is nobody to ask, and for what is no kata's name", async () => {
    expect((await world.run(["uninstall", "finance.audit@v1"])).exitCode).toBe(2);
    expect((await world.run(["uninstall", "finance.audit", "--yes"])).exitCode).toBe(2);
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("is refused for a kata that the host has with other bytes", async () => {
    world.edit("UPDATE kata_definitions SET source_code = source_code || '#'");
    const { exitCode, stdout } = await world.run(["uninstall", "finance.audit@v1", "--yes", "--json"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("host_changed");
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });
});

describe("realms restore", () => {
  const lose = (): void => world.edit("DELETE FROM kata_definitions");

  test("asks the running Ronin and says what came back", async () => {
    createBus(world.api.events, world.deps.log).on("kata.restore_requested", () => world.installer.restore());
    lose();
    const { exitCode, stdout } = await world.run(["restore"]);
    expect(stdout).toBe("1 kata was put back.\n  acme:finance.audit@v1\n");
    expect(exitCode).toBe(0);
    expect(world.registered()).toEqual(["finance.audit@v1"]);
    expect(world.posts).toMatchObject([{ event: "kata.restore_requested", data: { requestedBy: "mira" } }]);
  });

  test("says what is still missing when Ronin does nothing", async () => {
    lose();
    const { exitCode, stdout } = await world.run(["restore"], { timeLapse: 100 });
    expect(exitCode).toBe(1);
    expect(stdout).toContain("0 katas were put back.\nStill missing");
  });

  test("asks nobody when nothing is missing", async () => {
    expect((await world.run(["restore"])).stdout).toBe("Nothing is missing.\n");
    expect(world.posts).toEqual([]);
  });
});
