import { qualifiedName } from "../model/kata.ts";
import { retryBusy } from "../registry/retry.ts";
import type { InstallDeps } from "./deps.ts";
import { type Installer, isUnfinished } from "./installer.ts";

/**
 * Takes up the approved installs that a stop or a crash interrupted, oldest first. Whether a person approved
 * them in the form that they have now is asked by the install itself, as of any other.
 *
 * @returns how many were taken up
 */
export async function recoverInstalls(
  deps: Pick<InstallDeps, "registry" | "log">,
  installer: Pick<Installer, "install">,
): Promise<number> {
  const approved = await retryBusy(() => deps.registry.getRequests({ status: "approved" }));
  const unfinished = approved.filter(isUnfinished).reverse();
  for (const { id, kataName, kataVersion, fromRealm } of unfinished) {
    deps.log.info(`taking up the unfinished install of ${qualifiedName(fromRealm, kataName, kataVersion)}`);
    await installer.install(id, { isResumed: true });
  }
  return unfinished.length;
}
