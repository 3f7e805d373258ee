import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { SignedTrust } from "../../lib/trust/trust-level.ts";
import { type InstallWorld, REALM, startInstallWorld } from "../support/install-world.ts";

const SOURCE =
  "kata ops.ping v1\nrequires skill local.notify\n\ninitial go\n\nphase go\n  run skill local.notify\n  complete\n";

let world: InstallWorld;

beforeEach(async () => {
  world = await startInstallWorld();
});

afterEach(() => world.stop());

function sign(changes: Partial<SignedTrust> = {}): void {
  const state = {
    root: "a".repeat(64),
    currentRoot: "a".repeat(64),
    seq: 1,
    expiresAt: world.clock.at + 1000,
  };
  const versions = { root: 1, timestamp: 1, snapshot: 1, targets: 1 };
  const keys = { timestamp: "b".repeat(64), snapshot: "b".repeat(64) };
  world.registry.recordRealmTrust(REALM, { trust: "pinned", ...state, versions, keys, ...changes });
}

async function install(): Promise<string> {
  const { id } = world.propose("ops.ping", "v1");
  await world.approve({ proposalId: id });
  const request = world.registry.getRequest(id);
  return request.failureCode ?? request.installState ?? "nothing";
}

describe("a kata of a signed realm", () => {
  test.each(["pinned", "first-use"] as const)("that is %s leaves that in its receipt", async (trust) => {
    world.publish(SOURCE);
    sign({ trust });
    expect(await install()).toBe("installed");
    expect(world.registry.getReceipts().map((receipt) => receipt.trust)).toEqual([trust]);
  });

  test("whose signatures have expired is not installed", async () => {
    world.publish(SOURCE);
    sign();
    world.clock.at += 1000;
    expect(await install()).toBe("realm_stale");
    expect(world.registered()).toEqual([]);
    expect(world.registry.getReceipts()).toEqual([]);
  });

  test("is installed one millisecond before they expire", async () => {
    world.publish(SOURCE);
    sign();
    world.clock.at += 999;
    expect(await install()).toBe("installed");
  });

  test("is installed after a person accepted that, and the receipt says what it was worth", async () => {
    world.publish(SOURCE);
    sign();
    world.clock.at += 1000;
    world.registry.acceptStale(REALM, "mira", world.clock.at + 60_000);
    expect(await install()).toBe("installed");
    expect(world.registry.getReceipts().map((receipt) => receipt.trust)).toEqual(["stale"]);
  });

  test("is not installed when that acceptance has ended", async () => {
    world.publish(SOURCE);
    sign();
    world.clock.at += 1000;
    world.registry.acceptStale(REALM, "mira", world.clock.at + 60_000);
    world.clock.at += 60_000;
    expect(await install()).toBe("realm_stale");
  });

  test("whose signatures have expired is still found, and read", () => {
    world.publish(SOURCE);
    sign();
    world.clock.at += 1000;
    expect(world.registry.discover("ping").map(({ fromRealm }) => fromRealm)).toEqual([REALM]);
  });
});

test("a kata of an unsigned realm leaves that in its receipt", async () => {
  world.publish(SOURCE);
  world.registry.recordRealmTrust(REALM, { trust: "unsigned" });
  expect(await install()).toBe("installed");
  expect(world.registry.getReceipts().map((receipt) => receipt.trust)).toEqual(["unsigned"]);
});
