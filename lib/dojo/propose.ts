import { RegistryError } from "../errors.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { qualifiedName } from "../model/kata.ts";
import { retryBusy } from "../registry/retry.ts";
import type { DojoDeps } from "./deps.ts";
import { buildOffers, chooseOffer, type VersionOffer } from "./offer.ts";

/** What a person is asked to decide: one kata of one realm, with all its versions. */
export interface InstallProposal {
  realm: string;
  name: string;
  /** The request's own version: what an approval that names none means. */
  version: string;
  offers: readonly VersionOffer[];
  intent?: string | undefined;
}

type ProposeDeps = Pick<DojoDeps, "registry" | "bus" | "planInstall">;

/**
 * Opens the install request, or finds the pending one, and emits `kata.install_proposed` with its id. The
 * request keeps the hashes of every version shown: an approval is for these bytes.
 *
 * @throws RegistryError `unknown_realm`, `realm_disabled`, `unknown_kata`, `registry_busy`
 */
export async function openProposal(
  { registry, bus }: ProposeDeps,
  { realm, name, version, offers, intent }: InstallProposal,
): Promise<KataInstallRequest> {
  const details = { intent, offers: offers.map(({ offer }) => offer) };
  const { request, trust } = await retryBusy(() => ({
    request: registry.requestInstall(name, version, realm, details),
    trust: registry.findRealm(realm)?.trust,
  }));
  bus.emit("kata.install_proposed", {
    proposalId: request.id,
    kataName: name,
    versions: offers.map(({ shown }) => shown),
    fromRealm: realm,
    ...(trust === undefined ? {} : { trust }),
  });
  return request;
}

/**
 * Proposes one kata by its address, without a search.
 *
 * @param kata without `version`, the newest that can be installed here, else the newest
 * @throws RegistryError as {@link openProposal}
 */
export async function proposeKata(
  deps: ProposeDeps,
  kata: { realm: string; name: string; version?: string | undefined },
  intent?: string,
): Promise<KataInstallRequest> {
  const { realm, name } = kata;
  if ((await retryBusy(() => deps.registry.findRealm(realm))) === undefined) {
    throw new RegistryError("unknown_realm", `No realm is registered as ${realm}.`);
  }
  const versions = await retryBusy(() => deps.registry.getVersions(realm, name));
  const offers = await buildOffers(deps, realm, versions);
  const version = kata.version ?? chooseOffer(offers)?.shown.version;
  if (version === undefined) {
    throw new RegistryError("unknown_kata", `The realm ${realm} has no version of ${name} to install.`);
  }
  if (!offers.some(({ shown }) => shown.version === version)) {
    throw new RegistryError("unknown_kata", `${qualifiedName(realm, name, version)} cannot be offered.`);
  }
  return await openProposal(deps, { realm, name, version, offers, intent });
}
