import semver from "semver";

/** The last version that is known to register katas and to read contract files without ever starting either. */
const LAST_IDLE_VERSION = "1.1.1";

/** Whether this Ronin is known not to run what is installed in it, by an event or by a contract. */
export function isIdle(roninVersion: string): boolean {
  return semver.lte(roninVersion, LAST_IDLE_VERSION);
}
