import { InstallError } from "../errors.ts";
import type { InstallPlan, KataInstallReceipt, KataInstallRequest, PlanStep } from "../model/install.ts";
import type { NewReceipt, StandingKata } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import type { CompiledVerdict } from "../trust/compiled.ts";
import type { VerifiedSource } from "../trust/source.ts";
import { planApproved } from "./approved-plan.ts";
import { compileVerified } from "./compile.ts";
import type { InstallDeps, InstallHost } from "./deps.ts";
import { downloadSource } from "./download.ts";
import { registerVerified } from "./register.ts";
import { verifyVouched } from "./vouched.ts";

/** What an install left behind. */
export interface Installed {
  request: KataInstallRequest;
  /** The kata's own receipt; those of its required katas stand beside it. */
  receipt: KataInstallReceipt;
  phases: string[];
  /** The host had it before, with the same bytes. */
  alreadyInstalled: boolean;
}

/**
 * The guide's story, for one request that a person approved: plan, download, verify, compile, verify, register,
 * receipt. Nothing is registered before every kata of the plan is verified, and the receipts and the state
 * `installed` are one transaction. Every step can be repeated, so an interrupted install starts over here.
 *
 * @param registered receives a receipt for each kata that now stands in the host's table, for the case that a
 *   later step fails
 * @throws InstallError with the code of the step that said no; RegistryBusyError when the host's file stayed
 *   locked; the signal's reason when aborted
 */
export async function installApproved(
  deps: InstallDeps,
  request: KataInstallRequest,
  registered: NewReceipt[],
  signal: AbortSignal,
): Promise<Installed> {
  verifyVouched(deps, request);
  const host = await deps.host();
  const plan = await retryBusy(() => planApproved(deps, host, request), { signal });

  await retryBusy(() => deps.registry.moveInstall(request.id, "downloading"), { signal });
  const ours = findOurs(plan, request);
  const verified = await verifyPlan(deps, host, request, plan, ours, signal);

  await retryBusy(() => deps.registry.moveInstall(request.id, "verified", [...ours]), { signal });
  for (const kata of verified) {
    signal.throwIfAborted();
    await registerVerified(deps, host, kata.step, kata.source, kata.verdict.compiledHash);
    registered.push(receiptFor(request, kata));
  }

  await retryBusy(() => deps.registry.moveInstall(request.id, "registered"), { signal });
  const receipts = await retryBusy(
    () => deps.registry.completeInstall(request.id, registered, standingKatas(plan, verified, ours)),
    { signal },
  );
  return {
    request,
    receipt: ownReceipt(request, receipts),
    phases: verified.at(-1)?.phases ?? [],
    alreadyInstalled: !ours.has(`${request.kataName}@${request.kataVersion}`),
  };
}

interface VerifiedStep {
  step: PlanStep;
  source: VerifiedSource;
  verdict: CompiledVerdict;
  phases: string[];
}

/** What this install registers: what the host lacks, and what an interrupted run of it may have registered. */
function findOurs(plan: InstallPlan, request: KataInstallRequest): Set<string> {
  const missing = plan.steps.filter((step) => !step.isInstalled).map(refOf);
  return new Set([...(request.registering ?? []), ...missing]);
}

/** Verifies every kata that gets a receipt: ours, and the kata itself even when the host has it already. */
async function verifyPlan(
  deps: InstallDeps,
  host: InstallHost,
  request: KataInstallRequest,
  plan: InstallPlan,
  ours: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<VerifiedStep[]> {
  const policy = {
    roninVersion: host.version,
    acceptOtherCompiler: request.acceptOtherCompiler === true,
  };
  const verified: VerifiedStep[] = [];
  for (const step of plan.steps) {
    if (!ours.has(refOf(step)) && step !== plan.steps.at(-1)) continue;
    const source = await downloadSource(deps, step, signal);
    const { compiled, ...verdict } = compileVerified(host, step, source, policy);
    verified.push({ step, source, verdict, phases: Object.keys(compiled.phases) });
  }
  return verified;
}

function receiptFor(request: KataInstallRequest, { step, verdict }: VerifiedStep): NewReceipt {
  return {
    kataName: step.kata.name,
    kataVersion: step.kata.version,
    fromRealm: step.realm,
    checksumVerified: verdict.checksumVerified,
    sourceHash: step.kata.sourceHash,
    compiledHash: verdict.compiledHash,
    installedBy: request.approvedBy ?? "unknown",
    requestId: request.id,
  };
}

/** What must stand in the host's table when the receipts are written: the whole plan, and ours with its graph. */
function standingKatas(
  plan: InstallPlan,
  verified: readonly VerifiedStep[],
  ours: ReadonlySet<string>,
): StandingKata[] {
  return plan.steps.map((step) => {
    const { name, version, sourceHash } = step.kata;
    const compiledHash = verified.find((kata) => kata.step === step)?.verdict.compiledHash;
    return { name, version, sourceHash, ...(ours.has(refOf(step)) ? { compiledHash } : {}) };
  });
}

function ownReceipt(
  { kataName, kataVersion }: KataInstallRequest,
  receipts: readonly KataInstallReceipt[],
): KataInstallReceipt {
  const own = receipts.find(
    (receipt) => receipt.kataName === kataName && receipt.kataVersion === kataVersion,
  );
  if (own === undefined) throw new InstallError("internal", "The install left no receipt for its own kata.");
  return own;
}

function refOf({ kata }: PlanStep): string {
  return `${kata.name}@${kata.version}`;
}
