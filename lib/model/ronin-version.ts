/**
 * Semantic versions of Ronin. Nearly all are three numbers, which are compared here; for the others there is semver,
 * whose loading takes longer than everything else that a host or a sync does when it starts.
 */

const plainPattern = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/;

/** Whether the text is a semantic version such as `1.1.1`. */
export function isRoninVersion(text: string): boolean {
  return plainPattern.test(text) || loadSemver().valid(text) !== null;
}

/**
 * Negative when the first is the older one, positive when it is the newer one, else 0.
 *
 * @throws TypeError for what is no semantic version
 */
export function compareRoninVersions(one: string, other: string): number {
  const [a, b] = [plainPattern.exec(one), plainPattern.exec(other)];
  if (a === null || b === null) return loadSemver().compare(one, other);
  return Number(a[1]) - Number(b[1]) || Number(a[2]) - Number(b[2]) || Number(a[3]) - Number(b[3]);
}

/** Whether the version is in a range such as `>=1.1.0 <1.2.0`. */
export function isInRange(version: string, range: string): boolean {
  return loadSemver().satisfies(version, range);
}

/** Bun's own: an import that is not asynchronous and still waits until it is needed. */
declare const require: (name: "semver") => typeof import("semver");

function loadSemver(): typeof import("semver") {
  return require("semver");
}
