import { RegistryError } from "../errors.ts";
import { DEFAULT_CACHE_STRATEGY, LOCAL_REALM_ID, type Realm } from "../model/realm.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import type { DeskDeps } from "./deps.ts";
import { toMark } from "./marks.ts";
import { patiently } from "./patience.ts";
import type { RealmsView, RealmView } from "./shown.ts";
import type { RealmSync } from "./syncs.ts";

export type RealmChange = "enable" | "disable" | "reset" | "remove";

/** Every realm with what its last syncs found. @throws RegistryBusyError */
export function readRealms(
  { registry }: Pick<DeskDeps, "registry">,
  syncOf: (realmId: string) => RealmSync,
): Promise<RealmsView> {
  return patiently(() => ({
    realms: registry.getRealms().map((realm) => toView(registry, realm, syncOf(realm.id))),
  }));
}

function toView(
  registry: RealmsRegistry,
  realm: Realm,
  { isSyncing, progress, broken }: RealmSync,
): RealmView {
  const { id } = realm;
  const known = registry.findRealmTrust(id);
  const signed = known === undefined || known.trust === "unsigned" ? undefined : known;
  const { lastSyncedAt, lastAttemptAt = null, failureCode, failureMessage = "" } = registry.getSyncStatus(id);
  const recorded = failureCode === undefined ? null : { code: failureCode, message: failureMessage };
  const isBrokenSince = broken !== undefined && broken.at > (lastAttemptAt ?? 0);
  return {
    ...toMark(realm),
    url: realm.url ?? null,
    mirrors: realm.mirrors ?? [],
    enabled: realm.enabled,
    origin: originOf(realm),
    cacheStrategy: realm.cacheStrategy ?? DEFAULT_CACHE_STRATEGY,
    names: realm.names ?? [],
    fingerprint: signed?.root ?? realm.root ?? null,
    signedUntil: signed?.expiresAt ?? null,
    lastSyncedAt: lastSyncedAt ?? null,
    lastAttemptAt: isBrokenSince ? broken.at : lastAttemptAt,
    failure: isBrokenSince ? { code: broken.code, message: broken.message } : recorded,
    katas: registry.countKatas(id),
    versions: registry.countVersions(id),
    isSyncing,
    progress,
  };
}

function originOf(realm: Realm): RealmView["origin"] {
  if (realm.id === LOCAL_REALM_ID) return "builtin";
  return realm.fromConfig === true ? "config" : "page";
}

/**
 * Changes a realm because a person said so. One of the config file is the config's: the next start would undo
 * what was done here. What is remembered of its keys can be forgotten all the same.
 *
 * @throws RegistryError `unknown_realm`, `invalid_transition`, `registry_busy`
 */
export function changeRealm(
  { registry, person }: Pick<DeskDeps, "registry" | "person">,
  id: string,
  change: RealmChange,
): Promise<void> {
  return patiently(() => {
    const realm = registry.findRealm(id);
    if (realm === undefined) throw new RegistryError("unknown_realm", "There is no such realm.");
    const origin = originOf(realm);
    if (origin === "builtin" || (origin === "config" && change !== "reset")) {
      const why =
        origin === "config" ? "listed in the host's config file; change it there" : "this Ronin's own";
      throw new RegistryError("invalid_transition", `The realm ${id} is ${why}.`);
    }
    switch (change) {
      case "enable":
      case "disable":
        return registry.setRealmEnabled(id, change === "enable");
      case "reset":
        return void registry.resetRealmTrust(id, person());
      case "remove":
        return registry.removeRealm(id);
    }
  });
}
