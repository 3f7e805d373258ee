import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { toDecision } from "../../lib/install/vouched.ts";
import { verifyProof } from "../../lib/trust/approval-proof.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { kata } from "../support/install-world.ts";
import { type CommandWorld, startCommandWorld } from "./command-world.ts";
import { expectUntouched, offerFor, proposeAudit, proposeCreation, signUntil } from "./proposals.ts";

let world: CommandWorld;

beforeEach(async () => {
  world = await startCommandWorld();
});
afterEach(() => world.stop());

describe("an approval", () => {
  test("with --yes installs the request's own version and prints its receipt", async () => {
    const { id } = proposeAudit(world);
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

  test("carries a proof for the very version, plan and person", async () => {
    const request = proposeAudit(world);
    await world.run(["approve", request.id, "--yes", "--kata-version", "v1", "--as", "  Ann\u200b Lee "]);

    const [post] = world.posts;
    expect(post).toMatchObject({ event: "kata.user_approved" });
    expect(post?.data).toMatchObject({ proposalId: request.id, approvedBy: "Ann Lee", kataVersion: "v1" });
    const decided = { ...request, kataVersion: "v1" };
    const decision = toDecision(decided, offerFor(request, "v1"), { decision: "approve", by: "Ann Lee" });
    expect(() => verifyProof(decision, post?.data.proof, world.key, world.clock.now())).not.toThrow();
    expect(world.registered()).toEqual(["finance.audit@v1"]);
  });

  test("shows what it will install, required katas first, before it installs", async () => {
    world.publish(kata("mail.send"));
    world.publish(kata("notify.user", "v1", ["mail.send@v1"]));
    world.publish(kata("finance.audit", "v1", ["notify.user@v1"], "local.notify"), {
      description: "Adds up subscriptions.",
      tags: ["finance", "audit"],
      releaseDate: Date.UTC(2026, 10, 22),
    });
    const request = world.propose("finance.audit", "v1");
    const { stdout } = await world.run(["approve", request.id, "--yes"]);

    const shown = stdout.slice(0, stdout.indexOf("Approved "));
    expect(shown).toMatch(/skills +local\.notify\n +local\.reasoning\n/);
    for (const text of [
      "v1 (proposed)",
      "Adds up subscriptions.",
      "2026-11-22",
      "simple",
      "finance, audit",
      "Phases of v1\n  go  run local.notify\n",
      offerFor(request, "v1").sourceHash.slice(0, 12),
    ]) {
      expect(shown).toContain(text);
    }
    expect(shown).toMatch(/installs +acme:mail\.send@v1\n +acme:notify\.user@v1\n +acme:finance\.audit@v1\n/);
    expect(stdout).toMatch(/with +acme:mail\.send@v1\n +acme:notify\.user@v1\n/);
    expect(world.registered()).toEqual(["finance.audit@v1", "mail.send@v1", "notify.user@v1"]);
  });

  test("takes the first characters of an id", async () => {
    const { id } = proposeAudit(world);
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

  test("of what another compiler made is refused without that word, since it is seen before", async () => {
    world.publish(kata("finance.audit"), {
      compiledWith: "1.0.0",
      compiledHash: sha256Hex("a graph of another compiler"),
    });
    const { id } = world.propose("finance.audit", "v1");
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("compiled_by_other_version");
    expect(ran.stderr).toContain("--accept-other-compiler");
    expectUntouched(world, id);
  });

  test("of what this Ronin compiles otherwise than promised is refused before anything is sent", async () => {
    world.publish(kata("finance.audit"), { compiledHash: sha256Hex("a graph of nothing") });
    const { id } = world.propose("finance.audit", "v1");
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("compiled_hash_mismatch");
    expectUntouched(world, id);
  });

  test("shows what it changes of the installed version", async () => {
    const { id } = proposeAudit(world);
    await world.run(["approve", id, "--yes", "--kata-version", "v1"]);
    const { stdout } = await world.run(["approve", world.propose("finance.audit", "v2").id, "--yes"]);
    expect(stdout.slice(0, stdout.indexOf("Approved "))).toContain(
      "Changes against v1, which is installed\n  - kata finance.audit v1\n  + kata finance.audit v2\n",
    );
  });

  test("from a realm with expired signatures needs --accept-stale, which it signs and the receipt says", async () => {
    const { id } = proposeAudit(world);
    signUntil(world, world.clock.at);
    const refused = await world.run(["approve", id, "--yes"]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("realm_stale");
    expect(refused.stderr).toContain("--accept-stale");
    expectUntouched(world, id);

    const ran = await world.run(["approve", id, "--yes", "--accept-stale"]);
    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(world.posts[0]?.data).toMatchObject({ acceptStale: true });
    expect(ran.stdout.slice(0, ran.stdout.indexOf("Approved "))).toMatch(/realm +Acme \(stale\)\n/);
    expect(world.registry.getReceipts()[0]?.trust).toBe("stale");
  });

  test("of a new kata shows the source that it registers, without what could hide a line", async () => {
    const source = kata("finance.recurring").replace("  run", "# \u001b[2J\u001b[8m\n  run");
    const { id } = proposeCreation(world, source);
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(ran.stdout).toContain("A new kata waits for a decision.");
    expect(ran.stdout).toContain(
      "  | phase go\n  | # ⟨U+001B⟩[2J⟨U+001B⟩[8m\n  |   run skill local.reasoning\n",
    );
    expect(world.registered()).toEqual(["finance.recurring@v1"]);
  });

  test("of a new kata whose kept source was edited is refused", async () => {
    const { id } = proposeCreation(world, kata("finance.recurring"));
    world.edit("UPDATE kata_sources SET bytes = CAST('kata finance.recurrinh v1' AS BLOB)");
    const ran = await world.run(["approve", id, "--yes"]);

    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain("source_hash_mismatch");
    expectUntouched(world, id);
  });

  test("of what is installed already reports the receipt and decides nothing", async () => {
    const { id } = proposeAudit(world);
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
    const { id } = proposeAudit(world);
    const ran = await world.run(["approve", id, "--yes"], { findsHost: true });

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    expect(world.posts[0]?.data).not.toHaveProperty("proof");
  });
});

describe("realms approve --json", () => {
  test("prints one document with the receipt, and nothing else", async () => {
    const { id } = proposeAudit(world);
    const ran = await world.run(["approve", id, "--yes", "--json"]);

    expect(ran).toMatchObject({ exitCode: 0, stderr: "" });
    const { id: receiptId, sourceHash } = world.registry.getReceipts()[0] ?? {};
    expect(JSON.parse(ran.stdout)).toMatchObject({
      outcome: "installed",
      proposal: { id, state: { kind: "installed", by: "mira" } },
      receipts: [{ id: receiptId, qualifiedName: "acme:finance.audit@v2", sourceHash }],
    });
  });

  test("prints the code of a failure as a document too", async () => {
    const { id } = proposeAudit(world);
    world.served.clear();
    const ran = await world.run(["approve", id, "--yes", "--json"]);

    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "install_failed" } });
    expect(ran.stderr).toContain("download_failed");
  });

  test("without --yes exits 2 even on a terminal, since it cannot ask", async () => {
    const { id } = proposeAudit(world);
    const ran = await world.run(["approve", id, "--json"], { typing: [] });

    expect(ran.exitCode).toBe(2);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: "usage" } });
    expectUntouched(world, id);
  });
});
