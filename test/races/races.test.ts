import { afterEach, describe, expect, test } from "bun:test";
import { createInstaller } from "../../lib/install/installer.ts";
import { recoverInstalls } from "../../lib/install/recovery.ts";
import { offerOf, toDecision } from "../../lib/install/vouched.ts";
import type { KataInstallRequest } from "../../lib/model/install.ts";
import { createProof } from "../../lib/trust/approval-proof.ts";
import { createRandom } from "../kill/random.ts";
import { type InstallWorld, kata, REALM, startInstallWorld } from "../support/install-world.ts";

/** Each race is run this often, with another order of events each time. */
const TIMES = Array.from({ length: 20 }, (_, round) => round + 1);
const key = new Uint8Array(32).fill(9);
let world: InstallWorld;
afterEach(() => world.stop());

/** A proposal for a kata that requires another, from a realm whose answers take their time. */
async function start(seed: number): Promise<{ request: KataInstallRequest; wait: () => Promise<void> }> {
  world = await startInstallWorld({ approvals: { mode: "confirmed", key: () => key } });
  world.publish(kata("notify.user"));
  world.publish(kata("text.format", "v1", ["notify.user@v1"]));
  const random = createRandom(seed);
  const wait = () => Bun.sleep(random() * 6);
  const { fetchSource } = world.deps;
  world.deps.fetchSource = async (...args) => {
    await wait();
    return fetchSource(...args);
  };
  return { request: world.propose("text.format", "v1"), wait };
}

function approve(request: KataInstallRequest, by = "mira"): Promise<void> {
  const decision = toDecision(request, offerOf(request), { decision: "approve", by });
  const proof = createProof(decision, key, world.clock.at);
  return world.approve({ proposalId: request.id, approvedBy: by, proof });
}

function reject(request: KataInstallRequest): Promise<void> {
  const decision = toDecision(request, offerOf(request), { decision: "reject", by: "mira" });
  const proof = createProof(decision, key, world.clock.at);
  return world.reject({ proposalId: request.id, rejectedBy: "mira", proof });
}

const both = ["notify.user@v1", "text.format@v1"];
const count = (event: string) => world.events.filter((seen) => seen.event === event).length;

function expectInstalledOnce(): void {
  expect(world.registered()).toEqual(both);
  expect(world.receipts()).toEqual(both);
  expect([count("kata.installed"), count("kata.install_failed")]).toEqual([1, 0]);
}

function expectNothing(): void {
  expect([world.registered(), world.receipts()]).toEqual([[], []]);
  expect(count("kata.installed")).toBe(0);
}

describe("two approvals at once", () => {
  test.each(TIMES)("install once (%d)", async (seed) => {
    const { request, wait } = await start(seed);
    await Promise.all([approve(request), wait().then(() => approve(request, "ben"))]);
    expectInstalledOnce();
  });
});

describe("an approval against a rejection", () => {
  test.each(TIMES)("one of the two holds, and all of it (%d)", async (seed) => {
    const { request, wait } = await start(seed);
    const decisions = [() => approve(request), () => wait().then(() => reject(request))];
    if (seed % 2 === 0) decisions.reverse();
    await Promise.all(decisions.map((decide) => decide()));
    const { status } = world.registry.getRequest(request.id);
    if (status === "approved") expectInstalledOnce();
    else {
      expect(status).toBe("rejected");
      expectNothing();
    }
  });
});

describe("a sync against an install", () => {
  test.each(TIMES)("what was approved is installed, or nothing (%d)", async (seed) => {
    const { request, wait } = await start(seed);
    const sync = async (): Promise<void> => {
      await wait();
      await wait();
      const [row] = world.registry.getVersions(REALM, "text.format");
      if (row === undefined) throw new Error("the kata is gone");
      world.registry.indexKatas(REALM, [{ ...row, status: "withdrawn", reason: "leaks" }]);
      world.publish(kata("text.format", "v2", ["notify.user@v1"]));
    };
    await Promise.all([approve(request), sync()]);
    if (world.registry.getRequest(request.id).installState === "installed") expectInstalledOnce();
    else expectNothing();
    expect(count("kata.installed") + count("kata.install_failed")).toBe(1);
  });
});

describe("between the approval and the install", () => {
  /** Another process installs, so that this one's waits its turn; meanwhile something changes. */
  async function installAfter(seed: number, change: () => void): Promise<void> {
    const { request } = await start(seed);
    world.registry.acquireLease("install", "another process", 60_000);
    const installing = approve(request);
    await Bun.sleep(1);
    expect(world.registry.getRequest(request.id).status).toBe("approved");
    change();
    world.registry.releaseLease("install", "another process");
    await installing;
  }

  test.each(TIMES)("the realm is disabled: nothing is installed (%d)", async (seed) => {
    await installAfter(seed, () => world.registry.setRealmEnabled(REALM, false));
    expectNothing();
    expect(world.events.at(-1)).toMatchObject({ payload: { code: "realm_disabled" } });
  });

  test.each(TIMES)("the kata is withdrawn: nothing is installed (%d)", async (seed) => {
    await installAfter(seed, () => {
      const rows = world.registry.getVersions(REALM, "text.format");
      const end = { status: "withdrawn", reason: "leaks" } as const;
      world.registry.indexKatas(
        REALM,
        rows.map((row) => ({ ...row, ...end })),
      );
    });
    expectNothing();
    expect(world.events.at(-1)).toMatchObject({ payload: { code: "kata_withdrawn" } });
  });
});

describe("a pack that is replaced in the middle of an install", () => {
  test.each(TIMES)("as by a hot reload leaves it to the next one, which does it once (%d)", async (seed) => {
    const { request, wait } = await start(seed);
    const installing = approve(request);
    await wait();
    // As a retired runtime does while its successor starts.
    const stopping = world.installer.stop();
    const next = createInstaller({ ...world.deps, owner: "the next one" });
    await recoverInstalls(world.deps, next);
    await Promise.all([installing, stopping]);
    await recoverInstalls(world.deps, next);
    await next.stop();
    expectInstalledOnce();
  });
});

describe("a disk that is full", () => {
  test("puts an install off, and nobody is told that it failed", async () => {
    const { request } = await start(1);
    const { moveInstall } = world.registry;
    world.registry.moveInstall = () => {
      throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
    };
    await approve(request);
    expectNothing();
    expect(count("kata.install_failed")).toBe(0);
    world.registry.moveInstall = moveInstall;
    await recoverInstalls(world.deps, world.installer);
    expectInstalledOnce();
  });
});
