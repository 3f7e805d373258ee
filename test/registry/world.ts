import { Database } from "bun:sqlite";
import { createHash } from "node:crypto";
import type { InstallOffer, KataInstallRequest } from "../../lib/model/install.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import type { Realm } from "../../lib/model/realm.ts";
import { type NewReceipt, RealmsRegistry, type RegistryOptions } from "../../lib/registry/registry.ts";

export const START = 1_800_000_000_000;
export const DAY_MS = 24 * 3_600_000;

/** A registry in memory, with a clock that stands still until it is moved. */
export function createWorld(options: RegistryOptions & { records?: Database } = {}) {
  const { records = new Database(":memory:"), ...rest } = options;
  let now = START;
  const registry = new RealmsRegistry(records, { clock: { now: () => now }, ...rest });
  return {
    records,
    index: options.index ?? records,
    registry,
    pass(ms: number) {
      now += ms;
    },
    now: () => now,
  };
}

/** A world with these realms, each enabled: the id is also the type where it is one. */
export function createWorldWith(...realms: Array<string | Realm>) {
  const world = createWorld();
  for (const realm of realms)
    world.registry.registerRealm(typeof realm === "string" ? realmOf(realm) : realm);
  return world;
}

export function realmOf(id: string, fields: Partial<Realm> = {}): Realm {
  const type = id === "central" || id === "local" ? id : "custom";
  return { id, name: `Realm ${id}`, type, url: `https://${id}.example/v1`, enabled: true, ...fields };
}

export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function kataOf(
  name: string,
  version = "v1",
  fields: Partial<RealmKataMetadata> = {},
): RealmKataMetadata {
  return {
    name,
    version,
    requiredSkills: [],
    tags: [],
    complexity: "simple",
    sourceHash: hashOf(`source of ${name} ${version}`),
    compiledHash: hashOf(`graph of ${name} ${version}`),
    ...fields,
  };
}

export function withdrawn(
  name: string,
  version = "v1",
  fields: Partial<RealmKataMetadata> = {},
): RealmKataMetadata {
  return kataOf(name, version, { status: "withdrawn", reason: "it deletes mail", ...fields });
}

export function offerOf(version: string, seed = version): InstallOffer {
  return {
    version,
    sourceHash: hashOf(`source ${seed}`),
    compiledHash: hashOf(`graph ${seed}`),
    planHash: hashOf(`plan ${seed}`),
  };
}

export function receiptOf(
  kata: { kataName: string; kataVersion: string },
  fields: Partial<NewReceipt> = {},
): NewReceipt {
  return {
    kataName: kata.kataName,
    kataVersion: kata.kataVersion,
    fromRealm: "central",
    checksumVerified: true,
    sourceHash: hashOf("source"),
    compiledHash: hashOf("graph"),
    installedBy: "user123",
    ...fields,
  };
}

/** A proof that nobody checks here: that is the trust room's part. */
export function proofOf(seed: string, now = START) {
  return { nonce: hashOf(seed).slice(0, 32), expiresAt: now + 60_000, mac: hashOf(`mac of ${seed}`) };
}

/** A world with `finance.audit` v1 to v3 in `central`. */
export function createAuditWorld() {
  const world = createWorldWith("central");
  world.registry.indexKatas(
    "central",
    ["v1", "v2", "v3"].map((version) => kataOf("finance.audit", version)),
  );
  return {
    ...world,
    request: (version = "v2"): KataInstallRequest =>
      world.registry.requestInstall("finance.audit", version, "central"),
    /** A request that was approved and has come this far. */
    approved(...states: Array<"downloading" | "verified" | "registered">): KataInstallRequest {
      const { id } = world.registry.requestInstall("finance.audit", "v2", "central");
      world.registry.approveInstall(id, "user123");
      for (const state of states) world.registry.moveInstall(id, state);
      return world.registry.getRequest(id);
    },
  };
}
