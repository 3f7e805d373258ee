import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { SignedTrust } from "../../lib/trust/trust-level.ts";
import { type InstallWorld, kata, REALM, startInstallWorld } from "../support/install-world.ts";

const SOURCE =
  "kata ops.ping v1\nrequires skill local.notify\n\ninitial go\n\nphase go\n  run skill local.notify\n  complete\n";

let world: InstallWorld;

beforeEach(async () => {
  world = await startInstallWorld();
});

afterEach(() => world.stop());

function sign(changes: Partial<SignedTrust> = {}, realm = REALM): void {
  const state = {
    root: "a".repeat(64),
    currentRoot: "a".repeat(64),
    seq: 1,
    expiresAt: world.clock.at + 1000,
  };
  const versions = { root: 1, timestamp: 1, snapshot: 1, targets: 1 };
  const keys = { timestamp: "b".repeat(64), snapshot: "b".repeat(64) };
  world.registry.recordRealmTrust(realm, { trust: "pinned", ...state, versions, keys, ...changes });
}

async function install(acceptStale?: boolean): Promise<string> {
  const { id } = world.propose("ops.ping", "v1");
  await world.approve({ proposalId: id, acceptStale });
  const failed = world.events.find(({ event }) => event === "kata.install_failed");
  return String(failed?.payload.code ?? world.registry.getRequest(id).installState);
}

describe("a kata of a signed realm", () => {
  test.each(["pinned", "first-use"] as const)("that is %s leaves that in its receipt", async (trust) => {
    world.publish(SOURCE);
    sign({ trust });
    expect(await install()).toBe("installed");
    expect(world.registry.getReceipts().map((receipt) => receipt.trust)).toEqual([trust]);
  });

  test("whose signatures have expired is not installed, and its request goes on waiting", async () => {
    world.publish(SOURCE);
    sign();
    world.clock.at += 1000;
    expect(await install()).toBe("realm_stale");
    expect(world.registered()).toEqual([]);
    expect(world.registry.getReceipts()).toEqual([]);
    expect(world.registry.getPendingRequests().map(({ kataName }) => kataName)).toEqual(["ops.ping"]);
  });

  test("whose signatures expire between approval and install is not installed", async () => {
    world.publish(SOURCE);
    sign();
    const { id } = world.propose("ops.ping", "v1");
    world.registry.approveInstall(id, "mira");
    world.clock.at += 1000;
    await world.installer.install(id);
    expect(world.registry.getRequest(id)).toMatchObject({ failureCode: "realm_stale" });
    expect(world.registered()).toEqual([]);
  });

  test("that requires one of a realm whose signatures have expired is not installed", async () => {
    const other = { id: "other", name: "Other", type: "custom", url: "https://other.example" } as const;
    world.registry.registerRealm({ ...other, enabled: true, names: ["ops.*"] });
    world.publish(SOURCE, {}, "other");
    world.publish(kata("finance.audit", "v1", ["ops.ping@v1"]));
    sign({}, "other");
    world.clock.at += 1000;
    const { id } = world.propose("finance.audit", "v1");
    await world.approve({ proposalId: id });
    expect(world.registry.getRequest(id)).toMatchObject({ failureCode: "realm_stale" });
    expect(world.registered()).toEqual([]);
  });

  test("is installed one millisecond before they expire", async () => {
    world.publish(SOURCE);
    sign();
    world.clock.at += 999;
    expect(await install()).toBe("installed");
  });

  test("is installed where the approval accepts that, which request, receipt and event say", async () => {
    world.publish(SOURCE);
    sign();
    world.clock.at += 1000;
    expect(await install(true)).toBe("installed");
    expect(world.registry.getRequests()).toMatchObject([{ acceptStale: true }]);
    expect(world.registry.getReceipts().map((receipt) => receipt.trust)).toEqual(["stale"]);
    expect(world.events.at(-1)).toMatchObject({ event: "kata.installed", payload: { trust: "stale" } });
  });

  test("is accepted for that one install only", async () => {
    world.publish(SOURCE);
    sign();
    world.clock.at += 1000;
    expect(await install(true)).toBe("installed");
    world.publish(SOURCE.replace(" v1", " v2"));
    const { id } = world.propose("ops.ping", "v2");
    await world.approve({ proposalId: id });
    expect(world.registry.getRequest(id).status).toBe("pending");
    expect(world.registered()).toEqual(["ops.ping@v1"]);
  });

  test("whose signatures have expired is still found, and read", () => {
    world.publish(SOURCE);
    sign();
    world.clock.at += 1000;
    expect(world.registry.discover("ping").map(({ fromRealm, trust }) => [fromRealm, trust])).toEqual([
      [REALM, "stale"],
    ]);
  });
});

test("a kata of an unsigned realm leaves that in its receipt", async () => {
  world.publish(SOURCE);
  world.registry.recordRealmTrust(REALM, { trust: "unsigned" });
  expect(await install()).toBe("installed");
  expect(world.registry.getReceipts().map((receipt) => receipt.trust)).toEqual(["unsigned"]);
});
