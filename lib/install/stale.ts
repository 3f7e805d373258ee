import { InstallError } from "../errors.ts";
import type { PlanStep } from "../model/install.ts";
import type { RealmsRegistry } from "../registry/registry.ts";

type Realms = Pick<RealmsRegistry, "findRealm">;
type Steps = readonly Pick<PlanStep, "realm" | "isInstalled">[];

/** @throws InstallError `realm_stale` where {@link findStale} finds something */
export function assertNotStale(registry: Realms, steps: Steps, isAccepted?: boolean): void {
  const problem = findStale(registry, steps, isAccepted);
  if (problem !== undefined) throw new InstallError(problem.code, problem.message);
}

/**
 * Expired signatures vouch for nothing new. What the host has already stays, and may be required.
 *
 * @param isAccepted a person said so for this one install
 */
export function findStale(
  registry: Realms,
  steps: Steps,
  isAccepted = false,
): { code: "realm_stale"; message: string } | undefined {
  if (isAccepted) return undefined;
  const stale = steps.find(
    ({ realm, isInstalled }) => !isInstalled && registry.findRealm(realm)?.trust === "stale",
  );
  if (stale === undefined) return undefined;
  return {
    code: "realm_stale",
    message: `The signatures of the realm ${stale.realm} have expired, so nobody knows whether this is still what it offers. Wait until its publisher signs again, or accept that for this one install: realms approve <id> --accept-stale`,
  };
}
