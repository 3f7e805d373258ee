import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { offerOf, toDecision } from "../../lib/install/vouched.ts";
import type { KataInstallRequest } from "../../lib/model/install.ts";
import { verifyProof } from "../../lib/trust/approval-proof.ts";
import { kata } from "../support/install-world.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";

let world: CommandWorld;
let request: KataInstallRequest;

beforeEach(async () => {
  world = await startCommandWorld();
  world.publish(kata("finance.audit"));
  request = world.propose("finance.audit", "v1");
});
afterEach(() => world.stop());

describe("realms reject", () => {
  test("ends the request with its reason, by a proof of that decision", async () => {
    const ran = await world.run(["reject", request.id.slice(0, 8), "--reason", "not  now\u001b[2J"]);

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toBe("Rejected: acme:finance.audit@v1. Reason: not now[2J\n");
    expect(world.registry.getRequest(request.id)).toMatchObject({ status: "rejected", reason: "not now[2J" });
    const [post] = world.posts;
    expect(post).toMatchObject({ event: "kata.user_rejected", data: { rejectedBy: "mira" } });
    const decision = toDecision(request, offerOf(request), { decision: "reject", by: "mira" });
    expect(() => verifyProof(decision, post?.data.proof, world.key, world.clock.now())).not.toThrow();
  });

  test("with --json prints the request", async () => {
    const ran = await world.run(["reject", request.id, "--reason", "no", "--as", "ann", "--json"]);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: "rejected",
      proposal: { id: request.id, state: { kind: "rejected", reason: "no" } },
    });
    expect(world.posts[0]?.data.rejectedBy).toBe("ann");
  });

  test("of what was rejected before reports that and decides nothing", async () => {
    await world.run(["reject", request.id, "--reason", "first"]);
    const ran = await world.run(["reject", request.id, "--reason", "second"]);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain("rejected before");
    expect(ran.stdout).toContain("first");
    expect(world.posts).toHaveLength(1);
  });

  test("of what was approved before exits 1", async () => {
    await world.run(["approve", request.id, "--yes"]);
    const ran = await world.run(["reject", request.id, "--reason", "too late"]);
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("was approved before");
    expect(world.registry.getRequest(request.id).status).toBe("approved");
  });

  test("without a reason, or with an invisible one or one that is too long, exits 2", async () => {
    for (const args of [[], ["--reason", "\u200b "], ["--reason", "\u{1F600}".repeat(300)]]) {
      expect((await world.run(["reject", request.id, ...args])).exitCode).toBe(2);
    }
    expect(world.posts).toEqual([]);
  });

  test("that the host ignores, since its key is another, exits 1", async () => {
    world.deps.approvals = { mode: "confirmed", key: () => Buffer.alloc(32, 7) };
    const lapse = setInterval(() => {
      world.clock.at += 1000;
    }, 5);
    const ran = await world.run(["reject", request.id, "--reason", "no"]);
    clearInterval(lapse);
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("did not take the decision");
    expect(world.registry.getRequest(request.id).status).toBe("pending");
  });

  test("of what cannot be installed any more works: that is the way out of it", async () => {
    world.registry.setRealmEnabled("acme", false);
    expect((await world.run(["reject", request.id, "--reason", "gone"])).exitCode).toBe(0);
  });
});
