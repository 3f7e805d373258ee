import { expect } from "bun:test";
import { KataCompiler, KataParser } from "ronin-plugin-api";
import type { InstallOffer, KataInstallRequest } from "../../lib/model/install.ts";
import { describeCompiled } from "../../lib/trust/describe.ts";
import { planHashOf } from "../../lib/trust/plan-hash.ts";
import { kata, REALM } from "../support/install-world.ts";
import type { CommandWorld } from "./command-world.ts";

/** finance.audit v2, with v1 offered beside it. */
export function proposeAudit(world: CommandWorld): KataInstallRequest {
  world.publish(kata("finance.audit", "v1"));
  world.publish(kata("finance.audit", "v2"));
  return world.propose("finance.audit", "v2");
}

/** A kata that approving would make here, its source kept as the Dojo keeps it. */
export function proposeCreation(world: CommandWorld, source: string): KataInstallRequest {
  const metadata = describeCompiled(new KataCompiler().compile(new KataParser().parse(source)), source);
  const { name, version, sourceHash, compiledHash } = metadata;
  const planHash = planHashOf([{ realm: "local", kata: metadata }]);
  world.registry.saveSource(sourceHash, Buffer.from(source));
  return world.registry.requestInstall(name, version, "local", {
    kind: "create",
    offers: [{ version, sourceHash, compiledHash, planHash }],
  });
}

export function offerFor(request: KataInstallRequest, version: string): InstallOffer {
  const offer = request.offers?.find((one) => one.version === version);
  if (offer === undefined) throw new Error(`the test offered no ${version}`);
  return offer;
}

/** Whatever was refused must have changed nothing. */
export function expectUntouched(world: CommandWorld, id: string): void {
  expect(world.posts).toEqual([]);
  expect(world.registry.getRequest(id).status).toBe("pending");
  expect(world.registered()).toEqual([]);
  expect(world.receipts()).toEqual([]);
}

/** Lets the realm be one that is signed and pinned, until this time. */
export function signUntil({ registry }: Pick<CommandWorld, "registry">, expiresAt: number): void {
  registry.recordRealmTrust(REALM, {
    trust: "pinned",
    root: "a".repeat(64),
    currentRoot: "a".repeat(64),
    versions: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
    keys: { timestamp: "b".repeat(64), snapshot: "b".repeat(64) },
    seq: 1,
    expiresAt,
  });
}
