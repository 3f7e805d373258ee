import type { RealmClient } from "../realm-client/client.ts";
import type { RealmTrust } from "../trust/trust-level.ts";
import { type AcceptPointerDeps, acceptPointer } from "./accept-pointer.ts";
import type { RealmOutcome } from "./job.ts";

export interface SignedClientDeps {
  client: Pick<RealmClient, "fetchPointer" | "fetchPack" | "fetchBounded">;
  /** What the registry remembers of each realm; one that is missing is met for the first time. */
  trust: Readonly<Record<string, RealmTrust>>;
  /** Where the metadata of a realm is cached. */
  metadataDir: (realmId: string) => string;
  now: AcceptPointerDeps["now"];
}

/** The realm client of a sync: it gives a signed realm's pointer only as the realm's keys signed it. */
export interface SignedClient extends Pick<RealmClient, "fetchPointer" | "fetchPack"> {
  /** The outcome with what the registry is to remember, where the realm was synced. */
  withTrust(outcome: RealmOutcome): RealmOutcome;
}

export function createSignedClient(deps: SignedClientDeps): SignedClient {
  const found = new Map<string, RealmTrust>();
  return {
    fetchPack: deps.client.fetchPack,
    async fetchPointer(realm, pointer, signal) {
      const trust = Object.hasOwn(deps.trust, realm.id) ? deps.trust[realm.id] : undefined;
      const metadataDir = deps.metadataDir(realm.id);
      const accepted = await acceptPointer({ ...deps, metadataDir }, realm, { trust, pointer }, signal);
      found.set(realm.id, accepted.trust);
      return accepted.fetched;
    },
    withTrust(outcome) {
      const trust = found.get(outcome.realmId);
      return outcome.kind === "synced" && trust !== undefined ? { ...outcome, trust } : outcome;
    },
  };
}
