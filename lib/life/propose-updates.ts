import { messageOf } from "../errors.ts";
import { qualifiedName } from "../model/kata.ts";
import { retryBusy } from "../registry/retry.ts";
import { verifySource } from "../trust/source.ts";
import type { LifeDeps } from "./deps.ts";
import { describeChange } from "./describe-update.ts";
import { findUpdates, type KataUpdate } from "./find-updates.ts";

/**
 * Proposes every update that is due and was not proposed before: one request a version, and one
 * `kata.update_available`. Nothing is installed: the request waits for a person like any other.
 *
 * @throws RegistryError
 */
export async function proposeUpdates(deps: LifeDeps, signal: AbortSignal): Promise<void> {
  const updates = await retryBusy(() => findUpdates(deps.registry), { signal });
  for (const update of updates) {
    signal.throwIfAborted();
    if (update.isTold || update.dueAt > deps.clock.now()) continue;
    await proposeUpdate(deps, update, signal);
  }
}

async function proposeUpdate(deps: LifeDeps, update: KataUpdate, signal: AbortSignal): Promise<void> {
  const { fromRealm, kataName, kataVersion: installedVersion } = update.installed.receipt;
  const { version, sourceHash, changes } = update.kata;
  const notice = { kind: "update", realmId: fromRealm, kataName, kataVersion: version } as const;
  const label = qualifiedName(fromRealm, kataName, version);
  try {
    await keepSource(deps, fromRealm, sourceHash, label, signal);
    // Asked for again after a stop, the same request comes back; the event is the one thing to do only once.
    const request = await deps.propose({ realm: fromRealm, name: kataName, version });
    if (!(await retryBusy(() => deps.registry.takeTelling(notice)))) return;
    const { newSkills } = await retryBusy(() => describeChange(deps.registry, update));
    deps.log.info(`${label} may take the place of ${installedVersion}: ${request.id}`);
    deps.bus.emit("kata.update_available", {
      proposalId: request.id,
      kataName,
      fromRealm,
      installedVersion,
      kataVersion: version,
      newSkills,
      ...(changes ? { changes } : {}),
    });
  } catch (error) {
    signal.throwIfAborted();
    deps.log.warn(`the update ${label} could not be proposed: ${messageOf(error)}`);
  }
}

/** So that the person sees what changed. Without it the proposal has no diff, and approving fetches it again. */
async function keepSource(
  { registry, fetchSource, log }: LifeDeps,
  realmId: string,
  hash: string,
  label: string,
  signal: AbortSignal,
): Promise<void> {
  if ((await retryBusy(() => registry.findSource(hash))) !== undefined) return;
  try {
    const { bytes } = verifySource(await fetchSource(realmId, hash, signal), hash, label);
    await retryBusy(() => registry.saveSource(hash, bytes));
  } catch (error) {
    signal.throwIfAborted();
    log.warn(`what ${label} changes cannot be shown: ${messageOf(error)}`);
  }
}
