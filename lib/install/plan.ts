import { InstallError } from "../errors.ts";
import { supportsRonin } from "../model/compatibility.ts";
import type { InstallPlan, PlanStep } from "../model/install.ts";
import { parseKataRef, qualifiedName, type RealmKataMetadata, statusOf } from "../model/kata.ts";
import { isBoundName, LOCAL_REALM_ID, type Realm } from "../model/realm.ts";
import type { HostKata, RealmsRegistry } from "../registry/registry.ts";
import { sha256Hex } from "../trust/digest.ts";
import { planHashOf } from "../trust/plan-hash.ts";
import { describeStored } from "../trust/stored-kata.ts";

/** More required katas than this is a mistake or an attack, and nobody could read them before approving. */
export const MAX_PLAN_STEPS = 32;

export interface PlanDeps {
  registry: Pick<RealmsRegistry, "findKata" | "findHostKata" | "getEnabledRealms" | "roninVersion">;
  hasSkill: (name: string) => boolean;
}

export interface KataAddress {
  realm: string;
  name: string;
  version: string;
}

/**
 * Everything that installing this kata would register: its required katas first, itself last. A required kata
 * comes from the realm that requires it, unless its name is bound to another realm; failing that, from what the
 * host has already. Missing skills are listed, not thrown: they are shown to the person who decides.
 *
 * @throws InstallError `missing_kata`, `ambiguous_kata`, `kata_cycle`, `plan_too_large`, `kata_withdrawn`, `incompatible_ronin`,
 *   `registered_with_other_bytes`
 */
export function planInstall(deps: PlanDeps, kata: KataAddress): InstallPlan {
  const realms = deps.registry.getEnabledRealms();
  const steps: PlanStep[] = [];
  visit({ deps, realms, steps }, kata, []);
  const requiredSkills = [...new Set(steps.flatMap((step) => step.kata.requiredSkills))];
  return {
    steps,
    requiredSkills,
    missingSkills: requiredSkills.filter((skill) => !deps.hasSkill(skill)),
    planHash: planHashOf(steps),
  };
}

interface Walk {
  deps: PlanDeps;
  realms: Realm[];
  steps: PlanStep[];
}

function visit(walk: Walk, address: KataAddress, path: readonly string[]): void {
  const ref = `${address.name}@${address.version}`;
  if (path.includes(ref)) {
    throw new InstallError("kata_cycle", `These katas require each other: ${[...path, ref].join(" → ")}.`);
  }
  const planned = walk.steps.find(
    ({ kata }) => kata.name === address.name && kata.version === address.version,
  );
  if (planned !== undefined) {
    if (planned.realm !== address.realm) assertSameKata(planned, resolve(walk, address, path));
    return;
  }
  if (path.length + walk.steps.length >= MAX_PLAN_STEPS) {
    throw new InstallError("plan_too_large", `It would install more than ${MAX_PLAN_STEPS} katas.`);
  }
  const step = resolve(walk, address, path);
  if (!step.isInstalled || step.realm !== LOCAL_REALM_ID) {
    for (const required of step.kata.requiredKatas ?? []) {
      visit(walk, locate(walk, required, step.realm, ref), [...path, ref]);
    }
  }
  walk.steps.push(step);
}

/** In which realm to look for a required kata. */
function locate(walk: Walk, required: string, requiringRealm: string, requiredBy: string): KataAddress {
  const kata = parseKataRef(required);
  if (kata === undefined) {
    throw new InstallError("missing_kata", `${requiredBy} requires ${required}, which is not name@version.`);
  }
  const owners = walk.realms.filter((realm) => isBoundName(kata.name, realm.names ?? []));
  const ids = owners.map((realm) => realm.id);
  if (ids.length > 1 && !ids.includes(requiringRealm)) {
    const fitting = ids.map((id) => qualifiedName(id, kata.name, kata.version)).join(", ");
    throw new InstallError(
      "ambiguous_kata",
      `${requiredBy} requires ${required}, whose name is bound to more than one realm: ${fitting}. Bind it to one.`,
    );
  }
  return {
    ...kata,
    realm: ids.length === 0 || ids.includes(requiringRealm) ? requiringRealm : String(ids[0]),
  };
}

function resolve(walk: Walk, { realm, name, version }: KataAddress, path: readonly string[]): PlanStep {
  const { registry } = walk.deps;
  const row = registry.findKata(realm, name, version);
  const onHost = registry.findHostKata(name, version);
  const label = qualifiedName(realm, name, version);

  if (row === undefined) {
    const requiredBy = path.at(-1);
    const own = requiredBy === undefined || onHost === undefined ? undefined : describeStored(onHost);
    // A required kata that no realm lists but the host has, for instance one of its own.
    if (own !== undefined) return { realm: LOCAL_REALM_ID, kata: own, isInstalled: true };
    const suffix = requiredBy === undefined ? "" : `, which ${requiredBy} requires`;
    throw new InstallError("missing_kata", `No enabled realm has ${label}${suffix}.`);
  }
  if (onHost !== undefined) {
    assertSameBytes(onHost, row, label);
    return { realm, kata: row, isInstalled: true };
  }
  if (statusOf(row) === "withdrawn") {
    throw new InstallError("kata_withdrawn", `${label} was withdrawn: ${row.reason ?? "no reason given"}.`);
  }
  if (!supportsRonin(row, registry.roninVersion)) {
    throw new InstallError(
      "incompatible_ronin",
      `${label} is for Ronin ${row.minRoninVersion ?? "any"} to ${row.maxRoninVersion ?? "any"}; this is ${registry.roninVersion}.`,
    );
  }
  return { realm, kata: row, isInstalled: false };
}

/** Two realms may list one name and version; what one of them requires must not be swapped for the other's. */
function assertSameKata(planned: PlanStep, wanted: PlanStep): void {
  if (planned.kata.sourceHash === wanted.kata.sourceHash) return;
  throw new InstallError(
    "registered_with_other_bytes",
    `It requires both ${labelOf(planned)} and ${labelOf(wanted)}, whose contents differ. The host holds one of a name and version.`,
  );
}

function labelOf({ realm, kata }: PlanStep): string {
  return qualifiedName(realm, kata.name, kata.version);
}

function assertSameBytes(onHost: HostKata, row: RealmKataMetadata, label: string): void {
  if (sha256Hex(onHost.source) === row.sourceHash) return;
  throw new InstallError(
    "registered_with_other_bytes",
    `The host already has ${row.name} ${row.version} with other contents than ${label}. Katas are immutable: ask for another version.`,
  );
}
