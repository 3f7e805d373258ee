import { LOCAL_REALM_ID } from "../model/realm.ts";
import type { HostKata, RealmsRegistry } from "../registry/registry.ts";
import { sha256Hex } from "../trust/digest.ts";

/** A kata of the host's table, and where it came from. */
export interface OwnKata {
  name: string;
  version: string;
  source: string;
  sourceHash: string;
  /** `created`: a person approved it as a new kata here. `unknown`: nothing of this pack registered these bytes. */
  origin: "created" | "unknown" | { realm: string };
}

type OwnDeps = Pick<RealmsRegistry, "getReceipts" | "getHostKatas">;

/**
 * Every kata that the host has, by name and version, with its origin as the receipts for these very bytes tell
 * it. A receipt of a realm outweighs one of this Ronin: what came from others does not become its own later.
 *
 * @throws RegistryError
 */
export function findOwnKatas(registry: OwnDeps): OwnKata[] {
  const origins = new Map<string, OwnKata["origin"]>();
  for (const { kataName, kataVersion, sourceHash, fromRealm } of registry.getReceipts()) {
    const key = keyOf(kataName, kataVersion, sourceHash);
    if (fromRealm !== LOCAL_REALM_ID) origins.set(key, { realm: fromRealm });
    else if (!origins.has(key)) origins.set(key, "created");
  }
  return registry
    .getHostKatas()
    .map((kata) => toOwn(kata, origins))
    .sort(byRef);
}

function toOwn(
  { name, version, source }: HostKata,
  origins: ReadonlyMap<string, OwnKata["origin"]>,
): OwnKata {
  const sourceHash = sha256Hex(source);
  return {
    name,
    version,
    source,
    sourceHash,
    origin: origins.get(keyOf(name, version, sourceHash)) ?? "unknown",
  };
}

function keyOf(name: string, version: string, sourceHash: string): string {
  return JSON.stringify([name, version, sourceHash]);
}

function byRef(a: OwnKata, b: OwnKata): number {
  const [one, other] = [a, b].map(({ name, version }) => `${name}@${version}`);
  return one === other ? 0 : String(one) < String(other) ? -1 : 1;
}
