import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { Writable } from "node:stream";
import { printLines } from "../../lib/cli/print.ts";
import { ApprovalError, InstallError, RegistryError } from "../../lib/errors.ts";
import { registerVerified } from "../../lib/install/register.ts";
import { toDecision } from "../../lib/install/vouched.ts";
import type { KataInstallRequest } from "../../lib/model/install.ts";
import { verifyProof } from "../../lib/trust/approval-proof.ts";
import { describeCompiled } from "../../lib/trust/describe.ts";
import { planHashOf } from "../../lib/trust/plan-hash.ts";
import { verifySource } from "../../lib/trust/source.ts";
import { createAuditWorld, offerOf } from "../registry/world.ts";
import { type InstallWorld, kata, startInstallWorld } from "../support/install-world.ts";
import { codeOf, codeOfAsync } from "../support/throws.ts";

/** Checks behind other checks: each is alone here, so that only it can say no. */

describe("a decision", () => {
  test("to approve contents that were never shown cannot be put into words", () => {
    const { request } = createAuditWorld();
    const decide = () => toDecision(request(), undefined, { decision: "approve", by: "mira" });
    expect(codeOf(decide, ApprovalError)).toBe("proof_malformed");
  });

  test("on something else than what the request offers by now is not recorded", () => {
    const { registry, request } = createAuditWorld();
    const { id } = request("v2");
    registry.updateOffers(id, [offerOf("v2", "renewed")]);
    const approve = () => registry.approveInstall(id, "mira", { offer: offerOf("v2", "shown") });
    expect(codeOf(approve, RegistryError)).toBe("offer_changed");
    expect(registry.getRequest(id).status).toBe("pending");
  });

  test.each(["", "0".repeat(31), "0".repeat(33), "G".repeat(32), "A".repeat(32)])(
    "is not read with the nonce %j",
    (nonce) => {
      const { request } = createAuditWorld();
      const decision = toDecision(request(), offerOf("v2"), { decision: "approve", by: "mira" });
      const proof = { nonce, expiresAt: 1, mac: "0".repeat(64) };
      const verify = () => verifyProof(decision, proof, new Uint8Array(32), 0);
      expect(codeOf(verify, ApprovalError)).toBe("proof_malformed");
    },
  );
});

describe("an install", () => {
  let world: InstallWorld;
  afterEach(() => world.stop());

  test("is not done when the host stored another graph than was verified", async () => {
    world = await startInstallWorld();
    const text = kata("finance.audit");
    const row = world.publish(text);
    const host = await world.deps.host();
    const register = async (source: string) => {
      const compiled = await host.registry.register(source);
      const database = new Database(world.databasePath);
      database.run("UPDATE kata_definitions SET compiled_graph = '{}'");
      database.close();
      return compiled;
    };
    const step = { realm: "acme", kata: row, isInstalled: false };
    const source = verifySource(Buffer.from(text), row.sourceHash);
    const registering = () =>
      registerVerified(world.deps, { registry: { register } }, step, source, row.compiledHash);
    expect(await codeOfAsync(registering, InstallError)).toBe("readback_mismatch");
  });

  test("of a new kata stops when its source compiles to something else than was shown", async () => {
    world = await startInstallWorld();
    const { id } = await proposeCreation(kata("notes.daily"), { planHash: "0".repeat(64) });
    await world.approve({ proposalId: id });
    expect(world.registry.getRequest(id).failureCode).toBe("offer_changed");
    expect(world.registered()).toEqual([]);
  });

  test("of a new kata stops when it requires one that is not installed", async () => {
    world = await startInstallWorld();
    const { id } = await proposeCreation(kata("notes.daily", "v1", ["notify.user@v1"]));
    await world.approve({ proposalId: id });
    expect(world.registry.getRequest(id).failureCode).toBe("missing_kata");
    expect(world.registered()).toEqual([]);
  });

  /** A kata that is made here, as the Dojo proposes it. */
  async function proposeCreation(source: string, changed = {}): Promise<KataInstallRequest> {
    const { parser, compiler } = await world.deps.host();
    const made = describeCompiled(compiler.compile(parser.parse(source)), source);
    const { name, version, sourceHash, compiledHash } = made;
    const planHash = planHashOf([{ realm: "local", kata: made }]);
    world.registry.saveSource(sourceHash, Buffer.from(source));
    return world.registry.requestInstall(name, version, "local", {
      kind: "create",
      offers: [{ version, sourceHash, compiledHash, planHash, ...changed }],
    });
  }
});

test("a line that is printed has no invisible character, whatever made it", () => {
  let printed = "";
  const output = new Writable({
    write(chunk, _encoding, done) {
      printed += String(chunk);
      done();
    },
  });
  printLines(output, ["a\u001b[2Jb", "c\u202e\u200b\u{E0041}\u2028d"]);
  expect(printed).toBe("a[2Jb\ncd\n");
});
