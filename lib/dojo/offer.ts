import { setImmediate as nextTurn } from "node:timers/promises";
import { InstallError, type InstallErrorCode } from "../errors.ts";
import type { EventPayload } from "../events.ts";
import type { CompatibilityReport } from "../model/compatibility.ts";
import type { InstallOffer, InstallPlan } from "../model/install.ts";
import { qualifiedName, type RealmKataMetadata, statusOf } from "../model/kata.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { planHashOf } from "../trust/plan-hash.ts";
import type { DojoDeps } from "./deps.ts";

/** More versions than a person could choose from; planning a million of them would stop the host. */
export const MAX_OFFERED_VERSIONS = 200;

/** One version as a person sees it, and what an approval of it is bound to. */
export interface VersionOffer {
  shown: EventPayload<"kata.install_proposed">["versions"][number];
  offer: InstallOffer;
}

type OfferDeps = Pick<DojoDeps, "registry" | "planInstall">;

/**
 * All versions that are not withdrawn, each with whether it can be installed here and all that
 * it would bring along. A version that cannot be installed is offered too: the person sees why.
 *
 * @param versions of one kata, newest first
 * @throws RegistryError when the index cannot be read
 */
export async function buildOffers(
  deps: OfferDeps,
  realm: string,
  versions: readonly RealmKataMetadata[],
): Promise<VersionOffer[]> {
  const offered = versions.filter((kata) => statusOf(kata) !== "withdrawn");
  const offers: VersionOffer[] = [];
  for (const kata of offered.slice(0, MAX_OFFERED_VERSIONS)) {
    offers.push(await retryBusy(() => buildOffer(deps, realm, kata)));
    // A plan may have dozens of steps, and the host's event loop has others to serve.
    await nextTurn();
  }
  return offers;
}

/** What the request itself asks for: the newest version that can be installed here, else the newest. */
export function chooseOffer(offers: readonly VersionOffer[]): VersionOffer | undefined {
  return offers.find(({ shown }) => shown.isCompatible) ?? offers[0];
}

function buildOffer(deps: OfferDeps, realm: string, kata: RealmKataMetadata): VersionOffer {
  const plan = findPlan(deps, { realm, name: kata.name, version: kata.version });
  const report = reportOverPlan(deps.registry, kata, plan);
  return {
    shown: {
      version: kata.version,
      tags: kata.tags,
      complexity: kata.complexity,
      requiredSkills: kata.requiredSkills,
      status: statusOf(kata) === "deprecated" ? "deprecated" : "active",
      sourceHash: kata.sourceHash,
      compiledHash: kata.compiledHash,
      isCompatible: report.isCompatible && plan.problem === undefined,
      missingSkills: report.missingSkills,
      suggestions: report.suggestions,
      plan: plan.steps.map((step) => ({
        kata: qualifiedName(step.realm, step.kata.name, step.kata.version),
        isInstalled: step.isInstalled,
      })),
      ...(kata.description === undefined ? {} : { description: kata.description }),
      ...(kata.releaseDate === undefined ? {} : { releaseDate: kata.releaseDate }),
      ...(kata.changes === undefined ? {} : { changes: kata.changes }),
      ...(plan.problem === undefined ? {} : { planProblem: plan.problem }),
    },
    offer: {
      version: kata.version,
      sourceHash: kata.sourceHash,
      compiledHash: kata.compiledHash,
      planHash: plan.planHash,
    },
  };
}

type PlanOrProblem = InstallPlan & { problem?: InstallErrorCode };

/** No plan is a plan of nothing: its hash equals that of no real one, so approving it can install nothing. */
function findPlan(deps: OfferDeps, address: Parameters<DojoDeps["planInstall"]>[0]): PlanOrProblem {
  try {
    return deps.planInstall(address);
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    return {
      steps: [],
      requiredSkills: [],
      missingSkills: [],
      planHash: planHashOf([]),
      problem: error.code,
    };
  }
}

/** The kata's report, with the skills of everything it brings along and what is to be said about that. */
function reportOverPlan(
  registry: Pick<RealmsRegistry, "checkCompatibility">,
  kata: RealmKataMetadata,
  plan: InstallPlan,
): CompatibilityReport {
  const requiredSkills = [...new Set([...kata.requiredSkills, ...plan.requiredSkills])];
  const report = registry.checkCompatibility({ ...kata, requiredSkills });
  // The skills of the steps are in the report; what is left is, for instance, that one is deprecated.
  const notices = plan.steps.flatMap(
    (step) => registry.checkCompatibility({ ...step.kata, requiredSkills: [] }).suggestions,
  );
  return { ...report, suggestions: [...new Set([...report.suggestions, ...notices])] };
}
