import { InstallError, messageOf, RealmError } from "../errors.ts";
import type { PlanStep } from "../model/install.ts";
import { qualifiedName } from "../model/kata.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { sha256Hex } from "../trust/digest.ts";
import { type VerifiedSource, verifySource } from "../trust/source.ts";
import type { InstallDeps } from "./deps.ts";

export interface DownloadDeps extends Pick<InstallDeps, "fetchSource"> {
  registry: Pick<RealmsRegistry, "findHostKata" | "findSource" | "saveSource">;
}

/**
 * The source of one step, hashed and matched whether it comes from the realm or from what was kept earlier: a
 * stored row can be edited behind our back just as a download can. Verified bytes are kept.
 *
 * @throws InstallError `download_failed`, `source_hash_mismatch`, `source_too_large`, `source_not_text`
 */
export async function downloadSource(
  deps: DownloadDeps,
  step: PlanStep,
  signal?: AbortSignal,
): Promise<VerifiedSource> {
  const { sourceHash } = step.kata;
  const label = qualifiedName(step.realm, step.kata.name, step.kata.version);
  const kept = await retryBusy(() => findKept(deps, step));
  // A kept copy can be damaged or edited; it is only a copy, so it is fetched again and replaced.
  if (kept !== undefined && sha256Hex(kept) === sourceHash) return verifySource(kept, sourceHash, label);

  const source = verifySource(await fetchBytes(deps, step, label, signal), sourceHash, label);
  await retryBusy(() => deps.registry.saveSource(source.hash, source.bytes));
  return source;
}

/** What the host runs, or what a proposal or an earlier install kept. */
function findKept(
  deps: Pick<DownloadDeps, "registry">,
  { kata, isInstalled }: PlanStep,
): Uint8Array | undefined {
  const onHost = isInstalled ? deps.registry.findHostKata(kata.name, kata.version) : undefined;
  return onHost === undefined
    ? deps.registry.findSource(kata.sourceHash)
    : Buffer.from(onHost.source, "utf8");
}

async function fetchBytes(
  deps: Pick<InstallDeps, "fetchSource">,
  { realm, kata }: PlanStep,
  label: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  try {
    return await deps.fetchSource(realm, kata.sourceHash, signal);
  } catch (error) {
    if (error instanceof RealmError && error.code === "too_large") {
      throw new InstallError("source_too_large", error.message, { cause: error });
    }
    throw new InstallError(
      "download_failed",
      `The source of ${label} could not be fetched: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
