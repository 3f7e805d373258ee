import { RealmError } from "../errors.ts";
import type { Realm } from "../model/realm.ts";
import type { RealmAddress } from "../realm-client/client.ts";
import type { RealmsRegistry } from "../registry/registry.ts";

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
        mirrors: realm.mirrors,
        ...(apiKey === undefined ? {} : { apiKey }),
        ...(realm.root === undefined ? {} : { root: realm.root }),
      };
    },
  };
}
