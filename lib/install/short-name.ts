import { RegistryError } from "../errors.ts";
import { qualifiedName, statusOf } from "../model/kata.ts";
import { LOCAL_REALM_ID } from "../model/realm.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import type { KataAddress } from "./plan.ts";

/**
 * What a name and version without a realm mean: the kata of the one enabled realm that offers them. Realms are never
 * ranked here: else whoever is followed first could stand in for another. The host's own copy is meant only where
 * no realm offers it.
 *
 * @throws RegistryError `unknown_kata`; `ambiguous_kata`, listing every kata that fits by its qualified name
 */
export function resolveShortName(
  registry: Pick<RealmsRegistry, "getEnabledRealms" | "findKata">,
  name: string,
  version: string,
): KataAddress {
  const offering = registry
    .getEnabledRealms()
    .map((realm) => realm.id)
    .filter((realm) => {
      const kata = registry.findKata(realm, name, version);
      return kata !== undefined && statusOf(kata) !== "withdrawn";
    });
  const remote = offering.filter((realm) => realm !== LOCAL_REALM_ID);
  const [realm, ...others] = remote.length > 0 ? remote : offering;
  if (realm === undefined) {
    throw new RegistryError("unknown_kata", `No enabled realm offers ${name}@${version}.`);
  }
  if (others.length === 0) return { realm, name, version };
  const fitting = remote.map((one) => qualifiedName(one, name, version)).join(", ");
  throw new RegistryError(
    "ambiguous_kata",
    `${name}@${version} fits ${remote.length} katas: ${fitting}. Say which by naming its realm.`,
  );
}
