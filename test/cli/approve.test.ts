import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { KataCompiler, KataParser } from "ronin-plugin-api";
import { toDecision } from "../../lib/install/decide.ts";
import type { InstallOffer, KataInstallRequest } from "../../lib/model/install.ts";
import { createProof, verifyProof } from "../../lib/trust/approval-proof.ts";
import { describeCompiled } from "../../lib/trust/describe.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { planHashOf } from "../../lib/trust/plan-hash.ts";
import { kata, REALM } from "../support/install-world.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";

let world: CommandWorld;

beforeEach(async () => {
  world = await startCommandWorld();
});
afterEach(() => world.stop());

const nobody = "00000000-0000-4000-8000-000000000000";

function proposeAudit(): KataInstallRequest {
  world.publish(kata("finance.audit", "v1"));
  world.publish(kata("finance.audit", "v2"));
  return world.propose("finance.audit", "v2");
}

function proposeCreation(source: string): KataInstallRequest {
  const metadata = describeCompiled(new KataCompiler().compile(new KataParser().parse(source)), source);
  const { name, version, sourceHash, compiledHash } = metadata;
  const planHash = planHashOf([{ realm: "local", kata: metadata }]);
  world.registry.saveSource(sourceHash, Buffer.from(source));
  return world.registry.requestInstall(name, version, "local", {
    kind: "create",
    offers: [{ version, sourceHash, compiledHash, planHash }],
  });
}

function offerOf(request: KataInstallRequest, version: string): InstallOffer {
  const offer = request.offers?.find((one) => one.version === version);
  if (offer === undefined) throw new Error(`the test offered no ${version}`);
  return offer;
}

/** Whatever was refused must have changed nothing. */
function expectUntouched(id: string): void {
  expect(world.posts).toEqual([]);
  expect(world.registry.getRequest(id).status).toBe("pending");
  expect(world.registered()).toEqual([]);
  expect(world.receipts()).toEqual([]);
}

describe("an approval", () => {
  test("with --yes installs the request's own version and prints its receipt", async () => {
    const { id } = proposeAudit();
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(world.registered()).toEqual(["finance.audit@v2"]);
    const [receipt] = world.registry.getReceipts();
    expect(receipt).toMatchObject({ kataVersion: "v2", installedBy: "mira", requestId: id });
    for (const text of [
      "Installed acme:finance.audit@v2.",
      receipt?.id,
      new Date(receipt?.installedAt ?? 0).toISOString(),
      receipt?.sourceHash,
      receipt?.compiledHash,
      "checksum   verified",
      "by         mira",
    ]) {
      expect(ran.stdout).toContain(text ?? "a receipt");
    }
  });

  test("carries a proof for the very version, plan and person, from a named source", async () => {
    const request = proposeAudit();
    await world.run(["approve", request.id, "--yes", "--kata-version", "v1", "--as", "  Ann\u200b Lee "]);

    const [post] = world.posts;
    expect(post).toMatchObject({ event: "kata.user_approved", source: "realms-cli" });
    expect(post?.data).toMatchObject({ proposalId: request.id, approvedBy: "Ann Lee", kataVersion: "v1" });
    const decided = { ...request, kataVersion: "v1" };
    const decision = toDecision(decided, offerOf(request, "v1"), { decision: "approve", by: "Ann Lee" });
    expect(() => verifyProof(decision, post?.data.proof, world.key, world.clock.now())).not.toThrow();
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("shows what it will install, required katas first, before it installs", async () => {
    world.publish(kata("notify.user"));
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"], "local.notify"), {
      description: "Adds up subscriptions.",
      tags: ["finance", "audit"],
      releaseDate: Date.UTC(2026, 10, 22),
    });
    const request = world.propose("finance.audit", "v1");
    const { stdout } = await world.run(["approve", request.id, "--yes"]);

    const shown = stdout.slice(0, stdout.indexOf("Approved "));
    for (const text of [
      "v1 (proposed)",
      "Adds up subscriptions.",
      "2026-11-22",
      "simple",
      "finance, audit",
      "local.reasoning, local.notify",
      offerOf(request, "v1").sourceHash.slice(0, 12),
    ]) {
      expect(shown).toContain(text);
    }
    expect(shown).toMatch(/installs +acme:notify\.user@v1\n +acme:finance\.audit@v1\n/);
    expect(stdout).toMatch(/with +acme:notify\.user@v1\n/);
    expect(world.registered()).toEqual(["finance.audit@v1", "notify.user@v1"]);
  });

  test("takes the first characters of an id", async () => {
    const { id } = proposeAudit();
    expect((await world.run(["approve", id.slice(0, 4), "--yes"])).exitCode).toBe(0);
    expect(world.registry.getRequest(id).installState).toBe("installed");
  });

  test("with --accept-other-compiler signs that, and the receipt says what was not verified", async () => {
    const other = sha256Hex("a graph of another compiler");
    world.publish(kata("finance.audit"), { compiledWith: "1.0.0", compiledHash: other });
    const request = world.propose("finance.audit", "v1");
    const ran = await world.run(["approve", request.id, "--yes", "--accept-other-compiler"]);

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(world.posts[0]?.data).toMatchObject({ acceptOtherCompiler: true });
    expect(ran.stdout).toContain("not verified");
    expect(world.registry.getReceipts()[0]?.checksumVerified).toBe(false);
  });

  test("of a new kata shows the source that it registers, without what could hide a line", async () => {
    const source = kata("finance.recurring").replace("  run", "# \u001b[2J\u001b[8m\n  run");
    const { id } = proposeCreation(source);
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("A new kata waits for a decision.");
    expect(ran.stdout).toContain("  | phase go\n  | # [2J[8m\n  |   run skill local.reasoning\n");
    expect(world.registered()).toEqual(["finance.recurring@v1"]);
  });

  test("of a new kata whose kept source was edited is refused", async () => {
    const { id } = proposeCreation(kata("finance.recurring"));
    world.edit("UPDATE kata_sources SET bytes = CAST('kata finance.recurrinh v1' AS BLOB)");
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("source_hash_mismatch");
    expectUntouched(id);
  });

  test("of what is installed already reports the receipt and decides nothing", async () => {
    const { id } = proposeAudit();
    await world.run(["approve", id, "--yes"]);
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain(world.registry.getReceipts()[0]?.id ?? "a receipt");
    expect(world.posts).toHaveLength(1);
  });

  test("without a key goes without a proof where the host asks for none", async () => {
    await world.stop();
    world = await startCommandWorld({ approvals: { mode: "event" } });
    rmSync(world.keyPath);
    world.noteHost("event");
    const { id } = proposeAudit();
    const ran = await world.run(["approve", id, "--yes"], { findsHost: true });

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(world.posts[0]?.data).not.toHaveProperty("proof");
  });
});

describe("an approval that cannot be given", () => {
  test("for an unknown id exits 1 and lists what waits", async () => {
    const { id } = proposeAudit();
    const ran = await world.run(["approve", nobody, "--yes"]);

    expect(ran).toMatchObject({ exitCode: 1, stdout: "" });
    expect(ran.stderr).toContain(`No request has the id ${nobody}`);
    expect(ran.stderr).toContain(`${id}  acme:finance.audit@v2`);
    expectUntouched(id);
  });

  test("for an unknown id says so when nothing waits", async () => {
    expect((await world.run(["approve", nobody, "--yes"])).stderr).toContain("Nothing waits for a decision.");
  });

  test("for three characters of an id exits 1: they are too few to be meant", async () => {
    const { id } = proposeAudit();
    expect((await world.run(["approve", id.slice(0, 3), "--yes"])).exitCode).toBe(1);
    expectUntouched(id);
  });

  test("for the beginning of two ids exits 1 and lists both", async () => {
    const one = proposeAudit();
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
    const { id } = proposeAudit();
    const ran = await world.run(["approve", id, "--yes", "--kata-version", "v7"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("v7 of finance.audit was not offered. Offered: v2, v1.");
    expectUntouched(id);
  });

  test("without a terminal and without --yes exits 2 and says how to go on", async () => {
    const { id } = proposeAudit();
    const ran = await world.run(["approve", id]);

    expect(ran).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ran.stderr).toContain(`realms approve ${id} --yes`);
    expectUntouched(id);
  });

  test("in nobody's name exits 2", async () => {
    const { id } = proposeAudit();
    expect((await world.run(["approve", id, "--yes", "--as", " \u200b "])).exitCode).toBe(2);
    expectUntouched(id);
  });

  test("because there is no approval key exits 1 and says who makes it", async () => {
    const { id } = proposeAudit();
    rmSync(world.keyPath);
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain(`There is no approval key at ${world.keyPath}`);
    expect(ran.stderr).toContain("start Ronin once");
    expectUntouched(id);
  });

  test("because others can read the key exits 1", async () => {
    const { id } = proposeAudit();
    chmodSync(world.keyPath, 0o644);
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("can be read by other users");
    expectUntouched(id);
  });

  for (const field of ["sourceHash", "compiledHash", "planHash"] as const) {
    test(`because the ${field} that was offered is not the index's exits 1`, async () => {
      const request = proposeAudit();
      const offers = request.offers?.map((offer) => ({ ...offer, [field]: sha256Hex("something else") }));
      world.registry.updateOffers(request.id, offers ?? []);
      const ran = await world.run(["approve", request.id, "--yes"]);

      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain("offer_changed");
      expectUntouched(request.id);
    });
  }

  test("because its realm was disabled exits 1", async () => {
    const { id } = proposeAudit();
    world.registry.setRealmEnabled(REALM, false);
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("realm_disabled");
    expectUntouched(id);
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
    expectUntouched(id);
  });

  test("because it was rejected exits 1 with the reason", async () => {
    const { id } = proposeAudit();
    world.registry.rejectInstall(id, "not needed");
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("not needed");
    expect(world.posts).toEqual([]);
  });

  test("because it waited for 14 days exits 1: it expired", async () => {
    const { id } = proposeAudit();
    world.clock.at += 14 * 24 * 3_600_000;
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("expired");
    expect(world.posts).toEqual([]);
  });
});

describe("an approval that the host", () => {
  test("fails to install exits 1 with code and sentence, and registers nothing", async () => {
    const request = proposeAudit();
    world.served.set(offerOf(request, "v2").sourceHash, new TextEncoder().encode("kata finance.audit v2"));
    const ran = await world.run(["approve", request.id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toMatch(/source_hash_mismatch: The source of acme:finance.audit@v2 has SHA-256 /);
    expect(ran.stdout).not.toContain("Installed");
    expect(world.registered()).toEqual([]);
    expect(world.receipts()).toEqual([]);
  });

  test("failed before exits 1 with the same code and decides nothing", async () => {
    const request = proposeAudit();
    world.served.clear();
    await world.run(["approve", request.id, "--yes"]);
    const ran = await world.run(["approve", request.id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("download_failed");
    expect(world.posts).toHaveLength(1);
  });

  test("cannot hear, since none runs, exits 1 and says to start it", async () => {
    const { id } = proposeAudit();
    const unused = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const port = String(unused.port);
    await unused.stop(true);
    const ran = await world.run(["approve", id, "--yes", "--db", world.databasePath, "--port", port], {
      findsHost: true,
    });

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("Start Ronin, then decide again");
    expectUntouched(id);
  });

  test("is not, since something else has its port, exits 1", async () => {
    const { id } = proposeAudit();
    world.answer = () => new Response("not found", { status: 404 });
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("answered 404 and is probably not Ronin");
  });

  test("sends on elsewhere does not follow: the proof stays on this machine's port", async () => {
    const { id } = proposeAudit();
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
    const { id } = proposeAudit();
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
    const { id } = proposeAudit();
    const gate = Promise.withResolvers<Uint8Array>();
    world.deps.fetchSource = () => gate.promise;
    const ran = await world.run(["approve", id, "--yes"], { timeLapse: 10 });
    gate.resolve(new Uint8Array());

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("still installing after 60 s");
    expect(ran.stderr).toContain("It goes on there");
  });

  test("is still at when the person presses Ctrl-C exits 130 and says that it was sent", async () => {
    const { id } = proposeAudit();
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
    const request = proposeAudit();
    world.answer = () => {
      world.registry.updateOffers(request.id, [offerOf(request, "v2")]);
      return Response.json({ success: true });
    };
    const ran = await world.run(["approve", request.id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("changed while you decided");
  });

  test("got from somebody else first is not reported as this person's", async () => {
    const request = proposeAudit();
    world.answer = async () => {
      const given = { decision: "approve", by: "eve" } as const;
      const decision = toDecision(request, offerOf(request, "v2"), given);
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

describe("realms approve --json", () => {
  test("prints one document with the receipt, and nothing else", async () => {
    const { id } = proposeAudit();
    const ran = await world.run(["approve", id, "--yes", "--json"]);

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    const [receipt] = world.registry.getReceipts();
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: "installed",
      request: { id, installState: "installed" },
      receipts: [{ ...receipt }],
    });
  });

  test("prints the code of a failure as a document too", async () => {
    const { id } = proposeAudit();
    world.served.clear();
    const ran = await world.run(["approve", id, "--yes", "--json"]);

    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "install_failed" } });
    expect(ran.stderr).toContain("download_failed");
  });

  test("without --yes exits 2 even on a terminal, since it cannot ask", async () => {
    const { id } = proposeAudit();
    const ran = await world.run(["approve", id, "--json"], { typing: [] });

    expect(ran.exitCode).toBe(2);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "usage" } });
    expectUntouched(id);
  });
});
