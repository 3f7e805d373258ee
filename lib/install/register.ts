import { setTimeout as sleep } from "node:timers/promises";
import { InstallError, messageOf } from "../errors.ts";
import type { PlanStep } from "../model/install.ts";
import { qualifiedName } from "../model/kata.ts";
import { MAX_BUSY_WAIT_MS, retryBusy } from "../registry/retry.ts";
import { sha256Hex } from "../trust/digest.ts";
import type { VerifiedSource } from "../trust/source.ts";
import type { InstallDeps, InstallHost } from "./deps.ts";

const BUSY_PAUSE_MS = 100;

/**
 * Registers one verified source through the host's KataRegistry and reads it back. The host's registry lets two
 * concurrent calls overwrite each other and answers a duplicate with an error even for equal text, so what
 * counts is what stands in its table afterwards, byte for byte.
 *
 * @returns false when the host had these very bytes before
 * @throws InstallError `registered_with_other_bytes`, `register_failed`, `readback_mismatch`
 */
export async function registerVerified(
  deps: Pick<InstallDeps, "registry">,
  host: Pick<InstallHost, "registry">,
  step: PlanStep,
  source: VerifiedSource,
  compiledHash: string,
): Promise<boolean> {
  const label = qualifiedName(step.realm, step.kata.name, step.kata.version);
  const isFree = (await retryBusy(() => findStored(deps, step))) === undefined;
  const isNew = isFree && (await register(host, source, label));
  await verifyStored(deps, step, source, compiledHash, isNew, label);
  return isNew;
}

function findStored(deps: Pick<InstallDeps, "registry">, { kata }: PlanStep) {
  return deps.registry.findHostKata(kata.name, kata.version);
}

/** False when somebody registered it in this very moment: reading it back decides whether it is the same. */
async function register(
  host: Pick<InstallHost, "registry">,
  source: VerifiedSource,
  label: string,
): Promise<boolean> {
  for (let waitedMs = 0; ; waitedMs += BUSY_PAUSE_MS) {
    try {
      await host.registry.register(source.text);
      return true;
    } catch (error) {
      if (messageOf(error).includes("already registered")) return false;
      if (!isBusy(error) || waitedMs >= MAX_BUSY_WAIT_MS) {
        throw new InstallError("register_failed", `${label}: the host refused it: ${messageOf(error)}`, {
          cause: error,
        });
      }
    }
    await sleep(BUSY_PAUSE_MS);
  }
}

async function verifyStored(
  deps: Pick<InstallDeps, "registry">,
  step: PlanStep,
  source: VerifiedSource,
  compiledHash: string,
  isNew: boolean,
  label: string,
): Promise<void> {
  const stored = await retryBusy(() => findStored(deps, step));
  if (stored !== undefined && sha256Hex(stored.source) === source.hash) {
    // What the host had before may have been compiled by an older Ronin: the bytes are what counts then.
    if (!isNew || sha256Hex(stored.compiledGraph) === compiledHash) return;
    throw new InstallError("readback_mismatch", `${label}: the host stored another graph than was verified.`);
  }
  throw isNew
    ? new InstallError(
        "readback_mismatch",
        `${label}: the host does not hold the source that was registered.`,
      )
    : new InstallError("registered_with_other_bytes", `${label}: the host already has other contents.`);
}

/** The host's connection waits for no lock, so a busy file is an ordinary moment, not a failure. */
function isBusy(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("SQLITE_BUSY") || /database is locked/i.test(messageOf(error));
}
