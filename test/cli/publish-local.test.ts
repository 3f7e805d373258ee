import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { changedFiles, snapshot } from "../publish/realm-folder.ts";
import type { Ran } from "../support/run-here.ts";
import { type BuiltCommand, buildCommand, type ProcessWorld, startProcessWorld } from "./process-world.ts";

// Each command is a process of its own, and a busy machine starts one in half a second.
setDefaultTimeout(60_000);

const DRAFT = `# description: Tells the time in Tokyo.
kata clock.tokyo v1
requires skill local.reasoning
initial think
phase think
  run skill local.reasoning
  next tell
phase tell
  spawn kata notify.user v1 -> told
  complete
`;

let command: BuiltCommand;
let world: ProcessWorld;

beforeAll(async () => {
  command = await buildCommand();
  world = await startProcessWorld(command);
  await world.run("sync");
  expect(await world.run("install", "notify.user@v1", "--yes")).toMatchObject({ exitCode: 0 });
  world.emit("capability.missing", { intent: "zyx Tokyo qwv", _proposedDsl: DRAFT });
  const { proposalId, kataName } = await world.seen("kata.creation_proposed");
  expect(kataName).toBe("clock.tokyo");
  expect(await world.run("approve", proposalId, "--yes")).toMatchObject({ exitCode: 0 });
});
afterAll(async () => {
  await world?.stop();
  command?.remove();
});

/** With no Ronin that answers: what is published lies in its files. */
const publish = (...args: string[]): Promise<Ran> =>
  world.runAlone("publish", "--from-local", "--realm", "mine", ...args);
const at = (folder: string) => join(world.home, folder);

describe("realms publish --from-local", () => {
  test("publishes what was created here, names what it leaves out and what a follower needs", async () => {
    const ran = await publish("--out", "site");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toStartWith("Published mine, publish 1: 1 version.\n\n  new    clock.tokyo@v1\n");
    expect(ran.stdout).toContain("notify.user@v1 (from examples)\n");
    expect(ran.stdout).toEndWith("whoever follows it must\nhave:\n  notify.user@v1\n");
    const checked = await world.run("check", "site", "--json");
    expect(JSON.parse(checked.stdout)).toMatchObject({
      outcome: "good",
      summary: { realm: "mine", versions: 1 },
    });
  });

  test("writes nothing the second time", async () => {
    const before = snapshot(at("site"));
    const ran = await publish("--out", "site");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toStartWith("Nothing changed, and nothing was written: mine stays at publish 1");
    expect(changedFiles(before, snapshot(at("site")))).toEqual([]);
  });

  test("gives the same bytes for the same katas and time", async () => {
    for (const out of ["one", "other"]) {
      const ran = await publish("--out", out, "--now", "2030-01-01T00:00:00Z");
      expect(ran.exitCode).toBe(0);
    }
    const [one, other] = ["one", "other"].map((out) => Bun.file(join(at(out), "realm.json")).text());
    expect(await one).toBe(await other);
  });

  test("publishes a realm's kata when it is named, says so, and keeps what was published", async () => {
    const ran = await publish("--out", "site", "--kata", "notify.user@v1", "--json");
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: "published",
      rows: 2,
      added: ["notify.user@v1"],
      withoutFile: [],
      katas: [
        { kata: "clock.tokyo@v1", origin: "created here" },
        { kata: "notify.user@v1", origin: "from examples" },
      ],
      leftOut: [],
      lacking: [],
    });
    const again = await publish("--out", "site");
    expect(again.stdout).toContain("Published here, and first by others");
  });

  test("signs in the same run, with keys that exist, and once", async () => {
    const env = { REALMS_KEY_PASSPHRASE: "correct horse battery staple" };
    const keys = at("mine-keys");
    await command.run(["keys", "create", "--realm", "mine", "--keys", keys], env, world.home);
    const state = { ...env, RONIN_REALMS_HOME: at("state") };
    const signed = (): Promise<Ran> =>
      command.run(
        [
          "publish",
          "--from-local",
          "--out",
          "site",
          "--keys",
          keys,
          "--json",
          "--db",
          world.databasePath,
          "--port",
          "9",
        ],
        state,
        world.home,
      );
    expect(JSON.parse((await signed()).stdout)).toMatchObject({
      outcome: "unchanged",
      signed: { outcome: "signed", reason: "first", realm: "mine" },
    });
    const before = snapshot(at("site"));
    expect(JSON.parse((await signed()).stdout)).toMatchObject({
      outcome: "unchanged",
      signed: { outcome: "unchanged", reason: null },
    });
    expect(changedFiles(before, snapshot(at("site")))).toEqual([]);
  });

  test.each([
    ["without --from-local", ["publish", "--out", "x", "--realm", "mine"], 2, "usage"],
    ["for a kata that it does not have", ["--out", "x", "--kata", "no.such"], 1, "unknown_kata"],
    ["with --all and a name", ["--out", "x", "--all", "--kata", "clock.tokyo"], 2, "usage"],
    ["into the folder of another realm", ["--out", "site", "--realm", "other"], 1, "wrong_realm"],
    ["without keys to sign with", ["--out", "x", "--sign"], 1, "keys_missing"],
  ])("is refused %s", async (_when, args, exitCode, code) => {
    const ran = args[0] === "publish" ? world.runAlone(...args, "--json") : publish(...args, "--json");
    const { exitCode: ended, stdout } = await ran;
    expect([ended, JSON.parse(stdout).error.code]).toEqual([exitCode, code]);
  });
});
