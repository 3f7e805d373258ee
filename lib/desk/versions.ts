import { type OfferedVersion, readVersion } from "../install/offered-versions.ts";
import type { InstallOffer } from "../model/install.ts";
import { byVersionDescending, qualifiedName, type RealmKataMetadata, statusOf } from "../model/kata.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import type { DeskDeps } from "./deps.ts";
import type { VersionView } from "./shown.ts";
import { toSkillViews } from "./skills.ts";

export type VersionDeps = Pick<DeskDeps, "registry" | "tools" | "hasSkill">;

/** The kata whose version is read, and what was offered of it. */
export interface VersionAddress {
  kind?: "create" | undefined;
  fromRealm: string;
  kataName: string;
  version: string;
  offer: InstallOffer | undefined;
  isProposed: boolean;
  /** What a kata that is created here was found to be: no realm lists it. */
  created?: RealmKataMetadata | undefined;
}

/** One version as it stands in the index now, with all that approving it would install. */
export function readVersionView(deps: VersionDeps, address: VersionAddress): VersionView {
  const { version, offer, kataName, fromRealm } = address;
  return toVersionView(deps, address, readVersion(deps.registry, address, version, offer), {
    isInstalled: deps.registry.findHostKata(kataName, version) !== undefined,
    label: qualifiedName(fromRealm, kataName, version),
  });
}

function toVersionView(
  deps: VersionDeps,
  { version, offer, isProposed, created }: VersionAddress,
  { kata = created, plan, requiredSkills, notices, problem }: OfferedVersion,
  { isInstalled, label }: { isInstalled: boolean; label: string },
): VersionView {
  const skills = toSkillViews(deps, created?.requiredSkills ?? requiredSkills);
  const missing = skills.filter(({ isPresent }) => !isPresent).map(({ name }) => name);
  const hashes = offer ?? kata;
  // That one a person can accept; whatever else is wrong, nobody can.
  const isStale = problem?.code === "realm_stale";
  const obstacle = isStale ? undefined : problem;
  return {
    version,
    qualifiedName: label,
    isProposed,
    isInstalled,
    releasedAt: kata?.releaseDate ?? null,
    complexity: kata?.complexity ?? null,
    tags: kata?.tags ?? [],
    description: kata?.description ?? null,
    changes: kata?.changes ?? null,
    status: kata === undefined ? "active" : statusOf(kata),
    author: kata?.author ?? null,
    license: kata?.license ?? null,
    documentation: kata?.documentation ?? null,
    isCompatible: obstacle === undefined && missing.length === 0,
    reasons: [
      ...new Set([
        ...notices,
        ...(isStale ? [STALE_REASON] : []),
        ...missing.map((name) => `This Ronin has no skill ${name}`),
      ]),
    ],
    problem: obstacle ?? null,
    isStale,
    skills,
    plan: plan.map((step) => ({ qualifiedName: step.kata, isInstalled: step.isInstalled })),
    hashes:
      hashes === undefined
        ? null
        : { source: hashes.sourceHash, compiled: hashes.compiledHash, plan: offer?.planHash ?? null },
    compiledWith: kata?.compiledWith ?? null,
  };
}

const STALE_REASON =
  "Its realm's signatures have expired, so nobody knows whether this is still what it offers.";

/** Of this kata, newest first. */
export function readInstalledVersions(registry: RealmsRegistry, name: string): string[] {
  const installed = registry.getHostKatas().filter((kata) => kata.name === name);
  return installed.sort(byVersionDescending).map(({ version }) => version);
}
