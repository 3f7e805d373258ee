import { type RealmKataMetadata, statusOf } from "./kata.ts";
import { compareRoninVersions } from "./ronin-version.ts";

/** The guide's report: whether a kata can be used here, and what a person can do when it cannot. */
export interface CompatibilityReport {
  /** False when the Ronin version is out of range or a skill is missing. */
  isCompatible: boolean;
  /** Required skills that the host does not have, in the kata's order. Empty without a skill look-up. */
  missingSkills: string[];
  /** Sentences a person can act on; also notices about deprecated and withdrawn versions. */
  suggestions: string[];
}

/** What a kata is compared with. */
export interface Surroundings {
  roninVersion: string;
  /** Exact look-up of a skill. Without one, no skill counts as missing. */
  hasSkill?: ((name: string) => boolean) | undefined;
}

/** Whether the kata fits this Ronin and its skills. Both ends of the version range are inclusive. */
export function reportCompatibility(kata: RealmKataMetadata, around: Surroundings): CompatibilityReport {
  const { tooOld, tooNew } = compareRange(kata, around.roninVersion);
  const missingSkills = findMissingSkills(kata.requiredSkills, around.hasSkill);

  const suggestions: string[] = [];
  if (tooOld) suggestions.push(`Upgrade Ronin to ${kata.minRoninVersion} or higher`);
  if (tooNew) {
    suggestions.push(
      `Choose a version of ${kata.name} that supports Ronin ${around.roninVersion}; ${kata.version} supports up to ${kata.maxRoninVersion}`,
    );
  }
  if (missingSkills.length > 0)
    suggestions.push(`Install the missing skills first: ${missingSkills.join(", ")}`);
  suggestions.push(...statusNotices(kata));

  return { isCompatible: !tooOld && !tooNew && missingSkills.length === 0, missingSkills, suggestions };
}

/** Whether the Ronin version alone allows it: what `compatibleVersions` is filtered by. */
export function supportsRonin(kata: RealmKataMetadata, roninVersion: string): boolean {
  const { tooOld, tooNew } = compareRange(kata, roninVersion);
  return !tooOld && !tooNew;
}

type Range = Pick<RealmKataMetadata, "minRoninVersion" | "maxRoninVersion">;

function compareRange({ minRoninVersion, maxRoninVersion }: Range, roninVersion: string) {
  return {
    tooOld: minRoninVersion !== undefined && compareRoninVersions(roninVersion, minRoninVersion) < 0,
    tooNew: maxRoninVersion !== undefined && compareRoninVersions(roninVersion, maxRoninVersion) > 0,
  };
}

function findMissingSkills(required: readonly string[], hasSkill: Surroundings["hasSkill"]): string[] {
  if (hasSkill === undefined) return [];
  return [...new Set(required)].filter((skill) => !hasSkill(skill));
}

function statusNotices(kata: RealmKataMetadata): string[] {
  const status = statusOf(kata);
  if (status === "active") return [];
  const because = kata.reason === undefined ? "" : `: ${kata.reason}`;
  const instead = kata.replacedBy === undefined ? "" : `. Use ${kata.replacedBy} instead`;
  return [`${kata.name} ${kata.version} is ${status}${because}${instead}`];
}
