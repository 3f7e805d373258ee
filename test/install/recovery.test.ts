import { afterEach, describe, expect, test } from "bun:test";
import { offerOf } from "../../lib/install/approved-plan.ts";
import { toDecision } from "../../lib/install/decide.ts";
import { recoverInstalls } from "../../lib/install/recovery.ts";
import type { KataInstallRequest } from "../../lib/model/install.ts";
import { createProof } from "../../lib/trust/approval-proof.ts";
import { type InstallWorld, kata, startInstallWorld } from "../support/install-world.ts";

const key = new Uint8Array(32).fill(5);
const source = kata("finance.audit");
let world: InstallWorld;
afterEach(() => world.stop());

/** A request as a process leaves it that died after the decision and before `state`'s step ended. */
async function leaveApproved(
  ...states: Array<"downloading" | "verified" | "registered">
): Promise<KataInstallRequest> {
  world = await startInstallWorld({ approvals: { mode: "confirmed", key: () => key } });
  world.publish(source);
  const request = world.propose("finance.audit", "v1");
  const decision = toDecision(request, offerOf(request), { decision: "approve", by: "mira" });
  const proof = createProof(decision, key, world.clock.at);
  world.registry.approveInstall(request.id, "mira", { proof });
  for (const state of states) world.registry.moveInstall(request.id, state);
  return request;
}

const recover = () => recoverInstalls(world.deps, world.installer);

describe("after a stop in the middle", () => {
  test.each([
    ["before the download", []],
    ["while downloading", ["downloading"]],
    ["when everything was verified", ["downloading", "verified"]],
  ] as const)("an approved install is finished: %s", async (_, states) => {
    await leaveApproved(...states);
    expect(await recover()).toBe(1);
    expect(world.registered()).toEqual(["finance.audit@v1"]);
    expect(world.receipts()).toEqual(["finance.audit@v1"]);
    expect(world.events.map(({ event }) => event)).toEqual(["kata.installed"]);
  });

  test("one that was registered but has no receipt gets its receipt, once", async () => {
    await leaveApproved("downloading", "verified");
    const host = await world.deps.host();
    await host.registry.register(source);
    await recover();
    await recover();
    expect(world.receipts()).toEqual(["finance.audit@v1"]);
    expect(world.events.map(({ event }) => event)).toEqual(["kata.installed"]);
  });

  test("a decision older than five minutes is still the person's", async () => {
    await leaveApproved("downloading");
    world.clock.at += 24 * 3_600_000;
    expect(await recover()).toBe(1);
  });

  test("a row that was made to look approved is not resumed", async () => {
    world = await startInstallWorld({ approvals: { mode: "confirmed", key: () => key } });
    world.publish(source);
    const request = world.propose("finance.audit", "v1");
    world.registry.approveInstall(request.id, "mira");
    expect(await recover()).toBe(0);
    expect(world.registry.getRequest(request.id)).toMatchObject({
      installState: "failed",
      failureCode: "proof_invalid",
    });
    expect(world.events.map(({ payload }) => payload.code)).toEqual(["proof_invalid"]);
    expect(world.registered()).toEqual([]);
  });

  test("a genuine proof does not cover an offer that was edited afterwards", async () => {
    const request = await leaveApproved("downloading");
    const { Database } = await import("bun:sqlite");
    const database = new Database(world.databasePath);
    database.run("UPDATE kata_install_requests SET offers = replace(offers, ?, ?)", [
      request.offers?.[0]?.planHash ?? "",
      "0".repeat(64),
    ]);
    database.close();
    expect(await recover()).toBe(0);
    expect(world.registry.getRequest(request.id).failureCode).toBe("proof_invalid");
  });

  test("what ended is left alone", async () => {
    const request = await leaveApproved();
    world.registry.failInstall(request.id, "download_failed", "no network");
    expect(await recover()).toBe(0);
    expect(world.events).toEqual([]);
  });
});

describe("stopping", () => {
  test("while a download hangs leaves the request to the next start", async () => {
    const request = await leaveApproved();
    world.deps.fetchSource = (_realm, _hash, signal) =>
      new Promise((_, reject) =>
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true }),
      );
    const installing = world.installer.install(request.id);
    await Bun.sleep(20);
    await world.installer.stop();
    await installing;
    expect(world.registry.getRequest(request.id)).toMatchObject({
      status: "approved",
      installState: "downloading",
    });
    expect(world.events).toEqual([]);
  });
});
