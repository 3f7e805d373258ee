import { versionNumber } from "../model/kata.ts";
import type { KataLock, LockedKata, LockedRealm } from "../model/lock.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { findInstalled } from "./installed.ts";

type LockDeps = Pick<RealmsRegistry, "getNewestReceipts" | "getHostKatas" | "findRealm" | "findRealmTrust">;

/**
 * Every kata that this pack installed and that still stands with the bytes of its receipt, and the realms that
 * they came from. No key of a realm is in it.
 *
 * @throws RegistryError
 */
export function createLock(registry: LockDeps): KataLock {
  const katas = findInstalled(registry)
    .map(({ receipt }): LockedKata => {
      const { fromRealm, kataName, kataVersion, sourceHash, compiledHash } = receipt;
      return { realm: fromRealm, name: kataName, version: kataVersion, sourceHash, compiledHash };
    })
    .sort(byNameAndVersion);
  const ids = [...new Set(katas.map(({ realm }) => realm))].sort();
  return { format: 1, realms: ids.map((id) => toLockedRealm(registry, id)), katas };
}

/**
 * A realm as a lock names it: its root is the one that its syncs met, or before the first of them the one that a
 * person pinned.
 *
 * @throws RegistryError
 */
export function toLockedRealm(
  registry: Pick<LockDeps, "findRealm" | "findRealmTrust">,
  id: string,
): LockedRealm {
  const realm = registry.findRealm(id);
  const known = registry.findRealmTrust(id);
  const root = known === undefined || known.trust === "unsigned" ? realm?.root : known.root;
  return {
    id,
    ...(realm?.url === undefined ? {} : { url: realm.url }),
    ...(root === undefined ? {} : { root }),
  };
}

function byNameAndVersion(a: LockedKata, b: LockedKata): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return versionNumber(a.version) - versionNumber(b.version);
}
