import { isBoundName, type Realm } from "../model/realm.ts";

/**
 * Whether the realm may provide the name: it is bound to nobody, or to this realm. Disabled realms count too;
 * switching one off must not hand its names to a stranger.
 *
 * @param realms all that are registered
 */
export function isOffered(realms: readonly Realm[], realmId: string, name: string): boolean {
  const owners = findOwners(realms, name);
  return owners.length === 0 || owners.includes(realmId);
}

/** Ids of the realms that a name is bound to. */
export function findOwners(realms: readonly Realm[], name: string): string[] {
  return realms.filter((realm) => isBoundName(name, realm.names ?? [])).map((realm) => realm.id);
}
