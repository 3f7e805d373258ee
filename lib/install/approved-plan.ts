import { InstallError } from "../errors.ts";
import type { InstallOffer, InstallPlan, KataInstallRequest } from "../model/install.ts";
import { parseKataRef, qualifiedName, type RealmKataMetadata, statusOf } from "../model/kata.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { describeCompiled } from "../trust/describe.ts";
import { planHashOf } from "../trust/plan-hash.ts";
import { verifySource } from "../trust/source.ts";
import { compileSource } from "./compile.ts";
import type { InstallDeps, InstallHost } from "./deps.ts";
import { planInstall } from "./plan.ts";
import { offerOf } from "./vouched.ts";

/**
 * The plan of an approved request, made anew from the index and held against what the person was shown. What
 * was approved is content, not a name: another hash anywhere in the plan stops here.
 *
 * @throws InstallError `realm_disabled`, `realm_stale`, `kata_withdrawn`, `offer_changed`, `missing_skills` and everything
 *   `planInstall` throws
 */
export function planApproved(deps: InstallDeps, host: InstallHost, request: KataInstallRequest): InstallPlan {
  const plan = request.kind === "create" ? planCreation(deps, host, request) : planFromRealm(deps, request);
  if (plan.missingSkills.length > 0) {
    throw new InstallError(
      "missing_skills",
      `The host has no skill ${plan.missingSkills.join(", ")}. Add what provides it, then ask again.`,
    );
  }
  return plan;
}

function planFromRealm(deps: InstallDeps, request: KataInstallRequest): InstallPlan {
  const { kataName: name, kataVersion: version, fromRealm: realm } = request;
  const label = qualifiedName(realm, name, version);
  if (deps.registry.findRealm(realm)?.enabled !== true) {
    throw new InstallError("realm_disabled", `The realm ${realm} is disabled or was removed.`);
  }
  const row = deps.registry.findKata(realm, name, version);
  if (row !== undefined && statusOf(row) === "withdrawn") {
    throw new InstallError("kata_withdrawn", `${label} was withdrawn: ${row.reason ?? "no reason given"}.`);
  }
  const plan = planInstall(deps, { realm, name, version });
  assertNotStale(deps, plan);
  const offer = offerOf(request);
  if (offer !== undefined && !isAsOffered(plan, offer)) {
    throw new InstallError("offer_changed", `${label} is no longer what was shown when it was proposed.`);
  }
  return plan;
}

/**
 * Expired signatures vouch for nothing new. What the host has already stays, and may be required.
 *
 * @throws InstallError `realm_stale`
 */
export function assertNotStale(
  { registry }: { registry: Pick<RealmsRegistry, "findRealm" | "isStaleAccepted"> },
  plan: Pick<InstallPlan, "steps">,
): void {
  const realms = new Set(plan.steps.filter((step) => !step.isInstalled).map((step) => step.realm));
  for (const realm of realms) {
    if (registry.findRealm(realm)?.trust !== "stale" || registry.isStaleAccepted(realm)) continue;
    throw new InstallError(
      "realm_stale",
      `The signatures of the realm ${realm} have expired, so nobody knows whether this is still what it offers. Wait until its publisher signs again, or accept it for some days: realms trust ${realm} --accept-stale <days>`,
    );
  }
}

/** A kata that is created here: its source was kept with the proposal, so the plan is that source alone. */
function planCreation(deps: InstallDeps, host: InstallHost, request: KataInstallRequest): InstallPlan {
  const offer = offerOf(request);
  const bytes = offer === undefined ? undefined : deps.registry.findSource(offer.sourceHash);
  if (offer === undefined || bytes === undefined) {
    throw new InstallError("offer_changed", `The proposed source of ${request.kataName} is no longer kept.`);
  }
  const source = verifySource(bytes, offer.sourceHash);
  const kata = describeCompiled(compileSource(host, source.text), source.text);
  assertHasKatas(deps, kata);
  const steps = [{ realm: request.fromRealm, kata, isInstalled: false }];
  const plan: InstallPlan = {
    steps,
    requiredSkills: kata.requiredSkills,
    missingSkills: kata.requiredSkills.filter((skill) => !deps.hasSkill(skill)),
    planHash: planHashOf(steps),
  };
  if (!isAsOffered(plan, offer)) {
    throw new InstallError("offer_changed", `${request.kataName} no longer compiles to what was shown.`);
  }
  return plan;
}

/** What a new kata requires or spawns must be installed: nothing but the kata itself was shown. */
function assertHasKatas({ registry }: InstallDeps, kata: RealmKataMetadata): void {
  const missing = (kata.requiredKatas ?? []).filter((required) => {
    const ref = parseKataRef(required);
    return ref === undefined || registry.findHostKata(ref.name, ref.version) === undefined;
  });
  if (missing.length === 0) return;
  throw new InstallError("missing_kata", `${kata.name} requires ${missing.join(", ")}; install that first.`);
}

/** Whether the plan is for the contents that were offered. Its digest covers the kata's own hashes too. */
export function isAsOffered(plan: Pick<InstallPlan, "planHash">, offer: InstallOffer): boolean {
  return plan.planHash === offer.planHash;
}
