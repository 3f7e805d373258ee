import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { createGuard, type Guard } from "../../lib/install/guard.ts";
import { createReceiptHeads } from "../../lib/runtime/receipt-heads.ts";
import { kata } from "../support/install-world.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";

let world: CommandWorld;
let guard: Guard;

beforeEach(async () => {
  world = await startCommandWorld();
  guard = createGuard({
    ...world.deps,
    heads: createReceiptHeads(world.databasePath, () => world.key, world.env),
  });
});
afterEach(() => world.stop());

async function install(name: string): Promise<void> {
  world.publish(kata(name));
  await world.run(["approve", world.propose(name, "v1").id, "--yes"]);
  await guard.noteReceipts();
}

const json = async () => JSON.parse((await world.run(["verify", "--json"])).stdout);

describe("realms verify", () => {
  test("says that everything is as it was installed, and exits 0", async () => {
    await install("finance.audit");
    const { exitCode, stdout } = await world.run(["verify"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("1 kata as its receipt says");
    expect(stdout).toContain("1 in a chain");
    expect(stdout).toContain("known outside the database");
    expect(await json()).toMatchObject({
      isSound: true,
      katas: 1,
      isCompiled: true,
      altered: [],
      broken: [],
    });
  });

  test("names an altered kata with its receipt, and exits 1", async () => {
    await install("finance.audit");
    await install("notify.user");
    world.edit("UPDATE kata_definitions SET source_code = 'x' WHERE name = 'finance.audit'");
    const { exitCode, stdout } = await world.run(["verify"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("1 of 2 katas altered");
    expect(stdout).toContain("acme:finance.audit@v1");
    expect(stdout).toContain("source_changed");
    expect(stdout).toContain(world.registry.getReceipts({ kataName: "finance.audit" })[0]?.id ?? "a receipt");
    expect(await json()).toMatchObject({ isSound: false, altered: [{ difference: "source_changed" }] });
  });

  test("names a receipt that was taken out, and exits 1", async () => {
    await install("finance.audit");
    world.edit("DROP TRIGGER kata_install_receipts_no_delete");
    world.edit("DELETE FROM kata_install_receipts");
    const { exitCode, stdout } = await world.run(["verify"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("receipt_removed");
    expect(stdout).toContain("the last ones");
  });

  test("says that receipts cannot be told from others once the key is gone", async () => {
    await install("finance.audit");
    rmSync(world.keyPath);
    expect(await json()).toMatchObject({ isSound: false, broken: [{ problem: "head_unproven" }] });
  });

  test("refuses a Ronin that is not there", async () => {
    const { exitCode, stderr } = await world.run(["verify", "--ronin", "/nowhere"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("no Ronin");
  });
});

describe("realms status", () => {
  test("has a line on what is installed", async () => {
    await install("finance.audit");
    expect((await world.run(["status"])).stdout).toMatch(/Verified +1 kata as its receipt says\n/);
    world.edit("DELETE FROM kata_definitions");
    expect((await world.run(["status"])).stdout).toMatch(/Verified +1 of 1 kata altered: realms verify\n/);
    const { stdout } = await world.run(["status", "--json"]);
    expect(JSON.parse(stdout).verification).toMatchObject({ altered: [{ difference: "missing" }] });
  });
});
