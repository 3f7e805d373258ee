import { InstallError, messageOf } from "../errors.ts";
import type { KataInstallReceipt } from "../model/install.ts";
import { qualifiedName } from "../model/kata.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import { describeCompiled } from "../trust/describe.ts";
import { verifySource } from "../trust/source.ts";
import { compileSource } from "./compile.ts";
import type { InstallDeps, InstallHost } from "./deps.ts";
import { registerVerified } from "./register.ts";

type MissingDeps = Pick<RealmsRegistry, "getNewestReceipts" | "getRemovals" | "findHostKata">;

/**
 * The receipts of katas that the host has lost, oldest first: the newest receipt of each version that the host has
 * no row for, and that no person took out since.
 *
 * @throws RegistryError
 */
export function findMissing(registry: MissingDeps): KataInstallReceipt[] {
  const removed = new Set(registry.getRemovals().map(({ receiptId }) => receiptId));
  const newest = new Map<string, KataInstallReceipt>();
  for (const receipt of registry.getNewestReceipts()) {
    const ref = `${receipt.kataName}@${receipt.kataVersion}`;
    if (!newest.has(ref)) newest.set(ref, receipt);
  }
  return [...newest.values()]
    .filter(({ id }) => !removed.has(id))
    .filter(({ kataName, kataVersion }) => registry.findHostKata(kataName, kataVersion) === undefined)
    .reverse();
}

/**
 * Registers again, from the kept sources and without a network, what the host has lost. A person approved each of
 * them, and its bytes are held against the receipt. One that cannot be put back does not stop the next.
 *
 * @throws RegistryError, HostError; the signal's reason when aborted
 */
export async function restoreKatas(deps: InstallDeps, signal: AbortSignal): Promise<void> {
  const missing = await retryBusy(() => findMissing(deps.registry), { signal });
  if (missing.length === 0) return;
  const host = await deps.host();
  for (const receipt of missing) {
    signal.throwIfAborted();
    const { kataName, kataVersion, fromRealm, id: receiptId } = receipt;
    const label = qualifiedName(fromRealm, kataName, kataVersion);
    try {
      await restore(deps, host, receipt, label);
    } catch (error) {
      deps.log.warn(`${label} could not be put back: ${messageOf(error)}`);
      continue;
    }
    deps.log.info(`put back ${label} by receipt ${receiptId}`);
    deps.bus.emit("kata.restored", { kataName, kataVersion, fromRealm, receiptId });
  }
}

/** The graph is this Ronin's own: a newer compiler may give another one than the receipt names. */
async function restore(
  deps: InstallDeps,
  host: InstallHost,
  { kataName, kataVersion, fromRealm, sourceHash }: KataInstallReceipt,
  label: string,
): Promise<void> {
  const bytes = await retryBusy(() => deps.registry.findSource(sourceHash));
  if (bytes === undefined) throw new InstallError("download_failed", "Its source was not kept.");
  const source = verifySource(bytes, sourceHash, label);
  const kata = describeCompiled(compileSource(host, source.text), source.text);
  if (kata.name !== kataName || kata.version !== kataVersion) {
    throw new InstallError("name_mismatch", `Its source is that of ${kata.name} ${kata.version}.`);
  }
  await registerVerified(
    deps,
    host,
    { realm: fromRealm, kata, isInstalled: false },
    source,
    kata.compiledHash,
  );
}
