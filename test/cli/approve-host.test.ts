import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { toDecision } from "../../lib/install/vouched.ts";
import { createProof } from "../../lib/trust/approval-proof.ts";
import { kata, REALM } from "../support/install-world.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";
import { expectUntouched, offerFor, proposeAudit } from "./proposals.ts";

let world: CommandWorld;

beforeEach(async () => {
  world = await startCommandWorld();
});
afterEach(() => world.stop());

describe("an approval that the host", () => {
  test("fails to install exits 1 with code and sentence, and registers nothing", async () => {
    const request = proposeAudit(world);
    world.served.set(offerFor(request, "v2").sourceHash, new TextEncoder().encode("kata finance.audit v2"));
    const ran = await world.run(["approve", request.id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toMatch(/source_hash_mismatch: The source of acme:finance.audit@v2 has SHA-256 /);
    expect(ran.stdout).not.toContain("Installed");
    expect(world.registered()).toEqual([]);
    expect(world.receipts()).toEqual([]);
  });

  test("failed before exits 1 with the same code and decides nothing", async () => {
    const request = proposeAudit(world);
    world.served.clear();
    await world.run(["approve", request.id, "--yes"]);
    const ran = await world.run(["approve", request.id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("download_failed");
    expect(world.posts).toHaveLength(1);
  });

  test("cannot hear, since none runs, exits 1 and says to start it", async () => {
    const { id } = proposeAudit(world);
    const unused = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const port = String(unused.port);
    await unused.stop(true);
    const ran = await world.run(["approve", id, "--yes", "--db", world.databasePath, "--port", port], {
      findsHost: true,
    });

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("Start Ronin, then try again");
    expectUntouched(world, id);
  });

  test("is not, since something else has its port, exits 1", async () => {
    const { id } = proposeAudit(world);
    world.answer = () => new Response("not found", { status: 404 });
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("answered 404 and is probably not Ronin");
  });

  test("sends on elsewhere does not follow: the proof stays on this machine's port", async () => {
    const { id } = proposeAudit(world);
    let reached = 0;
    const elsewhere = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response(String(++reached)),
    });
    world.answer = () => Response.redirect(`http://127.0.0.1:${elsewhere.port}/api/events/emit`, 307);
    const ran = await world.run(["approve", id, "--yes"]);
    await elsewhere.stop(true);

    expect(ran.exitCode).toBe(1);
    expect(reached).toBe(0);
  });

  test("ignores, since its key is another, exits 1 after 15 s and says what to check", async () => {
    const { id } = proposeAudit(world);
    writeFileSync(world.keyPath, Buffer.alloc(32, 7));
    const startedAt = world.clock.at;
    const ran = await world.run(["approve", id, "--yes"], { timeLapse: 10 });

    expect(ran.exitCode).toBe(1);
    expect(world.clock.at - startedAt).toBeGreaterThanOrEqual(15_000);
    for (const text of ["did not take the decision within 15 s", world.keyPath, world.databasePath]) {
      expect(ran.stderr).toContain(text);
    }
    expect(world.hostLog.some(({ line }) => line.includes("proof_wrong_key"))).toBe(true);
    expect(world.registry.getRequest(id).status).toBe("pending");
    expect(world.registered()).toEqual([]);
  });

  test("is still at after 60 s exits 1 and says that it goes on there", async () => {
    const { id } = proposeAudit(world);
    const gate = Promise.withResolvers<Uint8Array>();
    world.deps.fetchSource = () => gate.promise;
    const ran = await world.run(["approve", id, "--yes"], { timeLapse: 10 });
    gate.resolve(new Uint8Array());

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("still installing after 60 s");
    expect(ran.stderr).toContain("It goes on there");
  });

  test("is still at when the person presses Ctrl-C exits 130 and says that it was sent", async () => {
    const { id } = proposeAudit(world);
    const gate = Promise.withResolvers<Uint8Array>();
    const interrupt = new AbortController();
    world.deps.fetchSource = () => {
      interrupt.abort();
      return gate.promise;
    };
    const ran = await world.run(["approve", id, "--yes"], { signal: interrupt.signal });
    gate.resolve(new Uint8Array());

    expect(ran.exitCode).toBe(130);
    expect(ran.stderr).toContain("The decision was sent");
  });

  test("meets with another offer than was shown exits 1: look again", async () => {
    const request = proposeAudit(world);
    world.answer = () => {
      world.registry.updateOffers(request.id, [offerFor(request, "v2")]);
      return Response.json({ success: true });
    };
    const ran = await world.run(["approve", request.id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("changed while you decided");
  });

  test("never showed to anybody exits 1 and installs nothing: the host proposes it anew", async () => {
    world.publish(kata("finance.audit", "v1"));
    const { id } = world.registry.requestInstall("finance.audit", "v1", REALM);
    world.deps.proposeAgain = async () => {
      world.propose("finance.audit", "v1");
    };
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("Look again");
    expect(world.registered()).toEqual([]);
    expect((await world.run(["approve", id, "--yes"])).exitCode).toBe(0);
  });

  test("got from somebody else first is not reported as this person's", async () => {
    const request = proposeAudit(world);
    world.answer = async () => {
      const given = { decision: "approve", by: "eve" } as const;
      const decision = toDecision(request, offerFor(request, "v2"), given);
      const proof = createProof(decision, world.key, world.clock.now());
      await world.approve({ proposalId: request.id, approvedBy: "eve", proof });
      return Response.json({ success: true });
    };
    const ran = await world.run(["approve", request.id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("approved by somebody else meanwhile");
    expect(world.registry.getReceipts()[0]?.installedBy).toBe("eve");
  });
});
