import { setImmediate as nextTurn } from "node:timers/promises";
import { createLock, toLockedRealm } from "../life/create-lock.ts";
import { qualifiedName } from "../model/kata.ts";
import { type KataLock, kataLockSchema, type LockedKata } from "../model/lock.ts";
import { parseInput } from "../registry/input.ts";
import { sha256Hex } from "../trust/digest.ts";
import type { DeskDeps } from "./deps.ts";
import { judgeLocked, type LockedFacts, refuseWithoutNeeds } from "./judge-locked.ts";
import { patiently } from "./patience.ts";
import type { LockView } from "./shown.ts";
import { readVersionView, type VersionDeps } from "./versions.ts";

/** What is installed here, for another Ronin to be made the same. @throws RegistryBusyError */
export function readLock({ registry }: Pick<DeskDeps, "registry">): Promise<KataLock> {
  return patiently(() => createLock(registry));
}

/**
 * Holds a lock against this Ronin: what is here already, what its realms offer with these very bytes, and what
 * cannot be installed, with the reason and the fix. It asks no realm and changes nothing.
 *
 * @throws RegistryError `invalid_input`, `registry_busy`
 */
export async function compareLock(deps: VersionDeps, given: unknown): Promise<LockView> {
  const lock = parseInput(kataLockSchema, given);
  const entries: LockView["entries"] = [];
  for (const kata of lock.katas) {
    const facts = await patiently(() => ({
      lock,
      here: findHere(deps, kata),
      sourceHashHere: sourceHashHere(deps, kata),
      offered: readOffered(deps, kata),
    }));
    entries.push({ kata, qualifiedName: labelOf(kata), ...judgeLocked(kata, facts) });
    // A plan may have dozens of steps, and the host's event loop has others to serve.
    await nextTurn();
  }
  return { entries: refuseWithoutNeeds(entries) };
}

function findHere({ registry }: VersionDeps, { realm: id }: LockedKata): LockedFacts["here"] {
  const realm = registry.findRealm(id);
  return realm && { ...toLockedRealm(registry, id), enabled: realm.enabled };
}

function sourceHashHere({ registry }: VersionDeps, { name, version }: LockedKata): string | undefined {
  const kata = registry.findHostKata(name, version);
  return kata && sha256Hex(kata.source);
}

function readOffered(deps: VersionDeps, { realm: fromRealm, name: kataName, version }: LockedKata) {
  return readVersionView(deps, { fromRealm, kataName, version, offer: undefined, isProposed: false });
}

function labelOf({ realm, name, version }: LockedKata): string {
  return qualifiedName(realm, name, version);
}
