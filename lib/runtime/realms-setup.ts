import { messageOf, RealmError } from "../errors.ts";
import type { Log } from "../log.ts";
import { LOCAL_REALM_ID, type Realm } from "../model/realm.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";

/**
 * Brings the registry in line with the config file: its realms are upserted and marked, a realm that the config
 * no longer lists is disabled (its index and history stay), and `local`, this Ronin's own katas, is always
 * there. No other realm is registered by default.
 */
export async function registerConfiguredRealms(
  registry: RealmsRegistry,
  configured: readonly Realm[],
  now: number,
  log: Log,
): Promise<void> {
  if (registry.findRealm(LOCAL_REALM_ID) === undefined) {
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
      log.warn(`realm ${realm.id} could not be registered: ${messageOf(error)}`);
    }
  }
  const listed = new Set(configured.map((realm) => realm.id));
  for (const realm of registry.getRealms()) {
    if (realm.fromConfig !== true || listed.has(realm.id) || !realm.enabled) continue;
    await retryBusy(() => registry.setRealmEnabled(realm.id, false));
    log.info(`realm ${realm.id} is no longer in the config and was disabled`);
  }
}

/** Where a realm is and what opens it. */
export interface RealmAddress {
  id: string;
  url: string;
  apiKey?: string;
  root?: string;
}

export interface Credentials {
  /** The realm's API key, from its environment variable by preference. */
  apiKeyOf(realm: Realm): string | undefined;
  /** @throws RealmError `invalid_url` when the realm has no address, `credentials_missing` */
  addressOf(realmId: string): RealmAddress;
}

export function createCredentials(
  registry: RealmsRegistry,
  env: Record<string, string | undefined> = process.env,
): Credentials {
  const apiKeyOf = (realm: Realm): string | undefined =>
    realm.apiKeyEnv === undefined ? registry.findApiKey(realm.id) : env[realm.apiKeyEnv];
  return {
    apiKeyOf,
    addressOf(realmId) {
      const realm = registry.findRealm(realmId);
      if (realm?.url === undefined) {
        throw new RealmError("invalid_url", `The realm ${realmId} has no address to fetch from.`);
      }
      const apiKey = apiKeyOf(realm);
      if (apiKey === undefined && realm.apiKeyEnv !== undefined) {
        throw new RealmError(
          "credentials_missing",
          `The realm ${realmId} needs the environment variable ${realm.apiKeyEnv}.`,
        );
      }
      return {
        id: realm.id,
        url: realm.url,
        ...(apiKey === undefined ? {} : { apiKey }),
        ...(realm.root === undefined ? {} : { root: realm.root }),
      };
    },
  };
}
