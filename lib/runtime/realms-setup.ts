import { messageOf, RegistryBusyError } from "../errors.ts";
import type { Log } from "../log.ts";
import { LOCAL_REALM_ID, type Realm } from "../model/realm.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";

/**
 * Brings the registry in line with the config file: its realms are upserted and marked, a realm that the config
 * no longer lists is disabled (its index and history stay), and `local`, this Ronin's own katas, is always
 * there. No other realm is registered by default.
 *
 * @throws RegistryBusyError when the database stayed locked
 */
export async function registerConfiguredRealms(
  registry: RealmsRegistry,
  configured: readonly Realm[],
  now: number,
  log: Log,
): Promise<void> {
  if ((await retryBusy(() => registry.findRealm(LOCAL_REALM_ID))) === undefined) {
    await retryBusy(() =>
      registry.registerRealm({
        id: LOCAL_REALM_ID,
        name: "This Ronin",
        type: "local",
        enabled: true,
        createdAt: now,
      }),
    );
  }
  for (const realm of configured) {
    try {
      await retryBusy(() => registry.registerRealm({ ...realm, createdAt: now }));
    } catch (error) {
      // A locked file concerns all of them: the caller opens everything again later.
      if (error instanceof RegistryBusyError) throw error;
      log.warn(`realm ${realm.id} could not be registered: ${messageOf(error)}`);
    }
  }
  const listed = new Set(configured.map((realm) => realm.id));
  for (const realm of await retryBusy(() => registry.getRealms())) {
    if (realm.fromConfig !== true || listed.has(realm.id) || !realm.enabled) continue;
    await retryBusy(() => registry.setRealmEnabled(realm.id, false));
    log.info(`realm ${realm.id} is no longer in the config and was disabled`);
  }
}
