import { InstallError, type InstallErrorCode } from "../errors.ts";
import type { InstallOffer, InstallPlan, KataInstallRequest } from "../model/install.ts";
import { byVersionDescending, qualifiedName, type RealmKataMetadata } from "../model/kata.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { verifySource } from "../trust/source.ts";
import { assertNotStale } from "./approved-plan.ts";
import { planInstall } from "./plan.ts";

/** One version of a request, as a person must see it before deciding. */
export interface OfferedVersion {
  version: string;
  /** What was offered when it was proposed, and what an approval vouches for. Missing when nothing was shown. */
  offer: InstallOffer | undefined;
  /** The realm's row. A kata that is created here has none. */
  kata: RealmKataMetadata | undefined;
  /** All that would be installed, required katas first. */
  plan: Array<{ kata: string; isInstalled: boolean }>;
  /** Skills of the whole plan. Only the host knows which of them it has. */
  requiredSkills: string[];
  /** What a person should know, such as that the version is deprecated. */
  notices: string[];
  /** The verified text of a kata that is created here. */
  source: string | undefined;
  /** Why it cannot be approved now, if so. */
  problem: { code: InstallErrorCode; message: string } | undefined;
}

type RequestedKata = Pick<KataInstallRequest, "kataName" | "fromRealm"> & { kind?: "create" | undefined };

/**
 * Every version that was offered, newest first, read anew from the index. The approval signs the offer's hashes,
 * so a version whose index row or plan no longer matches its offer carries a problem instead: nobody may sign
 * for one thing while looking at another.
 */
export function readOfferedVersions(registry: RealmsRegistry, request: KataInstallRequest): OfferedVersion[] {
  const offers = request.offers ?? [];
  if (offers.length === 0) return [readVersion(registry, request, request.kataVersion, undefined)];
  return [...offers]
    .sort(byVersionDescending)
    .map((offer) => readVersion(registry, request, offer.version, offer));
}

/**
 * One version as it stands in the index now.
 *
 * @param offer what it was offered as; undefined when it was not offered yet
 */
export function readVersion(
  registry: RealmsRegistry,
  request: RequestedKata,
  version: string,
  offer: InstallOffer | undefined,
): OfferedVersion {
  const { kataName: name, fromRealm: realm } = request;
  const kata = request.kind === "create" ? undefined : registry.findKata(realm, name, version);
  const offered: OfferedVersion = {
    version,
    offer,
    kata,
    plan: [],
    requiredSkills: kata?.requiredSkills ?? [],
    notices: kata === undefined ? [] : registry.checkCompatibility(kata).suggestions,
    source: undefined,
    problem: undefined,
  };
  try {
    if (request.kind === "create") return { ...offered, ...readCreation(registry, request, version, offer) };
    return { ...offered, ...readPlan(registry, request, version, offer) };
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    return { ...offered, problem: { code: error.code, message: error.message } };
  }
}

/** @throws InstallError `realm_disabled`, `realm_stale`, `offer_changed` and everything `planInstall` throws */
function readPlan(
  registry: RealmsRegistry,
  request: RequestedKata,
  version: string,
  offer: InstallOffer | undefined,
): Pick<OfferedVersion, "plan" | "requiredSkills"> {
  const { kataName: name, fromRealm: realm } = request;
  if (registry.findRealm(realm)?.enabled !== true) {
    throw new InstallError("realm_disabled", `The realm ${realm} is disabled or was removed.`);
  }
  // Which skills the host has is known there alone; it checks them again before it installs.
  const plan = planInstall({ registry, hasSkill: () => true }, { realm, name, version });
  if (offer !== undefined && !isAsOffered(plan, offer)) {
    throw new InstallError(
      "offer_changed",
      `${qualifiedName(request.fromRealm, request.kataName, version)} is no longer what was proposed. Reject it and ask again.`,
    );
  }
  assertNotStale({ registry }, plan);
  return {
    plan: plan.steps.map((step) => ({
      kata: qualifiedName(step.realm, step.kata.name, step.kata.version),
      isInstalled: step.isInstalled,
    })),
    requiredSkills: plan.requiredSkills,
  };
}

function isAsOffered(plan: InstallPlan, offer: InstallOffer): boolean {
  const kata = plan.steps.at(-1)?.kata;
  return (
    kata?.sourceHash === offer.sourceHash &&
    kata.compiledHash === offer.compiledHash &&
    plan.planHash === offer.planHash
  );
}

/** @throws InstallError `offer_changed`, `source_hash_mismatch`, `source_not_text` */
function readCreation(
  registry: RealmsRegistry,
  request: RequestedKata,
  version: string,
  offer: InstallOffer | undefined,
): Pick<OfferedVersion, "plan" | "source"> {
  const bytes = offer === undefined ? undefined : registry.findSource(offer.sourceHash);
  if (offer === undefined || bytes === undefined) {
    throw new InstallError("offer_changed", `The proposed source of ${request.kataName} is no longer kept.`);
  }
  const { text } = verifySource(bytes, offer.sourceHash);
  return {
    plan: [{ kata: qualifiedName(request.fromRealm, request.kataName, version), isInstalled: false }],
    source: text,
  };
}
