import type { KataInstallRequest } from "../model/install.ts";
import type { RealmKataMetadata } from "../model/kata.ts";
import { isBoundName, LOCAL_REALM_ID } from "../model/realm.ts";
import type { RealmsRegistry } from "../registry/registry.ts";

/**
 * Why a new kata may not have its name, if so. A name that people know a kata by, installed, in a realm or
 * proposed, is not given to another one. The `local` realm lists this host's own katas, which may get further
 * versions.
 *
 * @param open the pending proposals of new katas
 */
export function findNameConflict(
  registry: Pick<RealmsRegistry, "findHostKata" | "getRealms" | "getReceipts" | "getVersions">,
  { name, version, sourceHash }: RealmKataMetadata,
  open: readonly KataInstallRequest[],
): string | undefined {
  if (registry.findHostKata(name, version) !== undefined) return `${name} ${version} is installed already`;
  for (const realm of registry.getRealms()) {
    if (realm.id === LOCAL_REALM_ID) continue;
    if (isBoundName(name, realm.names ?? [])) return `the name ${name} is bound to the realm ${realm.id}`;
    if (registry.getVersions(realm.id, name).length > 0) return `the realm ${realm.id} has a kata ${name}`;
  }
  // Its realm may be gone, or may list it no more: people still know the name by what came from there.
  const installed = registry
    .getReceipts({ kataName: name })
    .find(({ fromRealm }) => fromRealm !== LOCAL_REALM_ID);
  if (installed !== undefined) return `the kata ${name} was installed from the realm ${installed.fromRealm}`;
  // The registry would answer with the pending request and take over the new offer: whoever is reading the
  // first proposal must not approve the second.
  const isProposed = open.some(
    ({ kataName, kataVersion, offers }) =>
      kataName === name && kataVersion === version && offers?.[0]?.sourceHash !== sourceHash,
  );
  return isProposed ? `another new kata is proposed as ${name} ${version}` : undefined;
}
