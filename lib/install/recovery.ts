import { qualifiedName } from "../model/kata.ts";
import { retryBusy } from "../registry/retry.ts";
import type { InstallDeps } from "./deps.ts";
import { type Installer, isUnannounced, isUnfinished } from "./installer.ts";

/**
 * Takes up the approved installs that a stop or a crash interrupted, oldest first, and says of those that had
 * ended that they did. Whether a person approved them in the form that they have now is asked by the install
 * itself, as of any other.
 *
 * @returns how many installs were taken up
 */
export async function recoverInstalls(
  deps: Pick<InstallDeps, "registry" | "log">,
  installer: Pick<Installer, "install">,
): Promise<number> {
  const approved = await retryBusy(() => deps.registry.getRequests({ status: "approved" }));
  for (const { id } of approved.filter(isUnannounced).reverse()) {
    await installer.install(id, { isResumed: true });
  }
  const unfinished = approved.filter(isUnfinished).reverse();
  for (const { id, kataName, kataVersion, fromRealm } of unfinished) {
    deps.log.info(`taking up the unfinished install of ${qualifiedName(fromRealm, kataName, kataVersion)}`);
    await installer.install(id, { isResumed: true });
  }
  return unfinished.length;
}
