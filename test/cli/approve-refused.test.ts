import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { pageTokenPath } from "../../lib/runtime/paths.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { kata, REALM } from "../support/install-world.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";
import { expectUntouched, proposeAudit } from "./proposals.ts";

const nobody = "00000000-0000-4000-8000-000000000000";

let world: CommandWorld;

beforeEach(async () => {
  world = await startCommandWorld();
});
afterEach(() => world.stop());

describe("an approval that cannot be given", () => {
  test("for an unknown id exits 1 and lists what waits", async () => {
    const { id } = proposeAudit(world);
    const ran = await world.run(["approve", nobody, "--yes"]);

    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain(`No request has the id ${nobody}`);
    expect(ran.stderr).toContain(`${id}  acme:finance.audit@v2`);
    expectUntouched(world, id);
  });

  test("for an unknown id says so when nothing waits", async () => {
    expect((await world.run(["approve", nobody, "--yes"])).stderr).toContain("Nothing waits for a decision.");
  });

  test("for three characters of an id exits 1: they are too few to be meant", async () => {
    const { id } = proposeAudit(world);
    expect((await world.run(["approve", id.slice(0, 3), "--yes"])).exitCode).toBe(1);
    expectUntouched(world, id);
  });

  test("for the beginning of two ids exits 1 and lists both", async () => {
    const one = proposeAudit(world);
    const other = world.propose("finance.audit", "v1");
    world.edit("UPDATE kata_install_requests SET id = 'same-' || id");
    const ran = await world.run(["approve", "same-", "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("Several requests begin with same-");
    expect(ran.stderr).toContain(`same-${one.id}`);
    expect(ran.stderr).toContain(`same-${other.id}`);
    expect(world.posts).toEqual([]);
  });

  test("for a version that was not offered exits 1 and lists those that were", async () => {
    const { id } = proposeAudit(world);
    const ran = await world.run(["approve", id, "--yes", "--kata-version", "v7"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("v7 of finance.audit was not offered. Offered: v2, v1.");
    expectUntouched(world, id);
  });

  test("without a terminal and without --yes exits 2 and says how to go on", async () => {
    const { id } = proposeAudit(world);
    const ran = await world.run(["approve", id]);

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(`realms approve ${id} --yes`);
    expectUntouched(world, id);
  });

  test("in nobody's name exits 2", async () => {
    const { id } = proposeAudit(world);
    expect((await world.run(["approve", id, "--yes", "--as", " \u200b "])).exitCode).toBe(2);
    expectUntouched(world, id);
  });

  test("because this user has no token of the page exits 1", async () => {
    const { id } = proposeAudit(world);
    rmSync(pageTokenPath(world.env));
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("No Dojo page answers this user");
    expectUntouched(world, id);
  });

  test("because this user's token is not the page's exits 1", async () => {
    const { id } = proposeAudit(world);
    writeFileSync(pageTokenPath(world.env), "0".repeat(64));
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("does not take this user's token (401)");
    expectUntouched(world, id);
  });

  test("because others can read the token exits 1", async () => {
    const { id } = proposeAudit(world);
    chmodSync(pageTokenPath(world.env), 0o644);
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("can be read by other users");
    expectUntouched(world, id);
  });

  for (const field of ["sourceHash", "compiledHash", "planHash"] as const) {
    test(`because the ${field} that was offered is not the index's exits 1`, async () => {
      const request = proposeAudit(world);
      const offers = request.offers?.map((offer) => ({ ...offer, [field]: sha256Hex("something else") }));
      world.registry.updateOffers(request.id, offers ?? []);
      const ran = await world.run(["approve", request.id, "--yes"]);

      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain("offer_changed");
      expectUntouched(world, request.id);
    });
  }

  test("because its realm was disabled exits 1", async () => {
    const { id } = proposeAudit(world);
    world.registry.setRealmEnabled(REALM, false);
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("realm_disabled");
    expectUntouched(world, id);
  });

  test("because a required kata is missing exits 1 and names the version that can be installed", async () => {
    world.publish(kata("finance.audit", "v1"));
    world.publish(kata("finance.audit", "v2", ["notify.user@v1"]));
    const { id, offers = [] } = world.propose("finance.audit", "v2");
    const [v1] = offers;
    if (v1 === undefined) throw new Error("v1 must have been offered");
    world.registry.updateOffers(id, [v1, { ...v1, version: "v2" }]);
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("missing_kata");
    expect(ran.stderr).toContain("What can be: v1; choose with --kata-version.");
    expectUntouched(world, id);
  });

  test("because it was rejected exits 1 with the reason", async () => {
    const { id } = proposeAudit(world);
    world.registry.rejectInstall(id, "not needed");
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("was rejected: not needed.\nA new request is needed");
    expect(world.posts).toEqual([]);
  });

  test("because it waited for 14 days exits 1: it expired", async () => {
    const { id } = proposeAudit(world);
    world.clock.at += 14 * 24 * 3_600_000;
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("expired");
    expect(world.posts).toEqual([]);
  });
});
