import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { toDecision } from "../../lib/install/vouched.ts";
import type { KataInstallRequest } from "../../lib/model/install.ts";
import { createProof } from "../../lib/trust/approval-proof.ts";
import { REALM } from "../support/install-world.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";
import { expectUntouched, offerFor, proposeAudit } from "./proposals.ts";

let world: CommandWorld;
let release = (): void => {};

beforeEach(async () => {
  world = await startCommandWorld();
});
afterEach(async () => {
  release();
  await world.stop();
});

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
    // Before anything is shown or asked.
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain("Start Ronin with the pack, then try again");
    expectUntouched(world, id);
  });

  test("is not, since something else has its port, exits 1", async () => {
    const { id } = proposeAudit(world);
    world.answer = () => new Response("not found", { status: 404 });
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("No Dojo page answers");
    expectUntouched(world, id);
  });

  test("sends on elsewhere does not follow: the page's cookie stays on this machine's port", async () => {
    const { id } = proposeAudit(world);
    let reached = 0;
    const elsewhere = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => new Response(String(++reached)),
    });
    world.answer = (request, pass) =>
      request.method === "POST" ? Response.redirect(`http://127.0.0.1:${elsewhere.port}/`, 307) : pass();
    const ran = await world.run(["approve", id, "--yes"]);
    await elsewhere.stop(true);

    expect(ran.exitCode).toBe(1);
    expect(reached).toBe(0);
    expectUntouched(world, id);
  });

  test("ignores, since its key is another, exits 1 and says where the reason stands", async () => {
    const { id } = proposeAudit(world);
    world.deps.approvals = { mode: "confirmed", key: () => Buffer.alloc(32, 7) };
    const lapse = setInterval(() => {
      world.clock.at += 1000;
    }, 5);
    const ran = await world.run(["approve", id, "--yes"]);
    clearInterval(lapse);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("Ronin did not take the decision. Its log says why.");
    expect(world.hostLog.some(({ line }) => line.includes("proof_wrong_key"))).toBe(true);
    expect(world.registry.getRequest(id).status).toBe("pending");
    expect(world.registered()).toEqual([]);
  });

  test("is still at after 60 s exits 1 and says that it goes on there", async () => {
    const { id } = proposeAudit(world);
    holdInstalls();
    const ran = await world.run(["approve", id, "--yes"], { timeLapse: 10 });

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("still installing after 60 s");
    expect(ran.stderr).toContain("It goes on there");
  });

  test("is still at when the person presses Ctrl-C exits 130 and says that it was sent", async () => {
    const { id } = proposeAudit(world);
    const interrupt = new AbortController();
    holdInstalls(() => interrupt.abort());
    const ran = await world.run(["approve", id, "--yes"], { signal: interrupt.signal });

    expect(ran.exitCode).toBe(130);
    expect(ran.stderr).toContain("The decision was sent");
  });

  test("stops answering after it took it exits 1 and says that it goes on there", async () => {
    const { id } = proposeAudit(world);
    holdInstalls(() => {
      world.answer = (_request, pass) => (world.posts.length > 0 ? unreadable() : pass());
    });
    const decided = await world.run(["approve", id, "--yes"]);
    expect(decided.exitCode).toBe(1);
    expect(decided.stderr).toContain("Ronin took the decision and stopped answering");
  });

  test("meets with another offer than was shown exits 1 and installs nothing", async () => {
    const request = proposeAudit(world);
    const other = { ...offerFor(request, "v2"), planHash: "0".repeat(64) };
    beforeApproval(() => world.registry.updateOffers(request.id, [other]));
    const ran = await world.run(["approve", request.id, "--yes", "--json"]);

    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "offer_changed" } });
    expectUntouched(world, request.id);
  });

  test("never showed to anybody shows it first, and installs what it showed", async () => {
    const { planHash } = offerFor(proposeAudit(world), "v1");
    const { id } = world.registry.requestInstall("finance.audit", "v1", REALM);
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout.slice(0, ran.stdout.indexOf("Approved "))).toContain("acme:finance.audit@v1");
    expect(offerFor(world.registry.getRequest(id), "v1").planHash).toBe(planHash);
  });

  test("got from somebody else first is refused", async () => {
    const request = proposeAudit(world);
    beforeApproval(() => approveAs("eve", request));
    const ran = await world.run(["approve", request.id, "--yes", "--json"]);

    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "invalid_transition" } });
    expect(world.registry.getReceipts()[0]?.installedBy).toBe("eve");
  });

  test("got from somebody else in the same moment is not reported as this person's", async () => {
    const request = proposeAudit(world);
    world.answer = async (asked, pass) => {
      if (!isApproval(asked)) return await pass();
      await approveAs("eve", request);
      return Response.json({}, { status: 202 });
    };
    const ran = await world.run(["approve", request.id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("approved by somebody else meanwhile");
    expect(world.registry.getReceipts()[0]?.installedBy).toBe("eve");
  });
});

/** Redirects are not followed, so this is as good as no answer. */
function unreadable(): Response {
  return Response.redirect("http://127.0.0.1:9/");
}

function isApproval(request: Request): boolean {
  return request.method === "POST" && request.url.endsWith("/approve");
}

/** What happens between the moment when it was shown and the moment when the decision arrives. */
function beforeApproval(act: () => unknown): void {
  world.answer = async (request, pass) => {
    if (isApproval(request)) await act();
    return await pass();
  };
}

/** Installs that were approved get no further than to the compiler. */
function holdInstalls(then: () => void = () => {}): void {
  world.api.events.on("kata.user_approved", () => {
    const held = Promise.withResolvers<never>();
    release = () => held.reject(new Error("the test is over"));
    world.deps.host = () => held.promise;
    then();
  });
}

async function approveAs(by: string, request: KataInstallRequest): Promise<void> {
  const decision = toDecision(request, offerFor(request, "v2"), { decision: "approve", by });
  const proof = createProof(decision, world.key, world.clock.now());
  await world.approve({ proposalId: request.id, approvedBy: by, proof });
}
