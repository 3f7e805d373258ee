import { InstallError } from "../errors.ts";
import type { InstallPlan, KataInstallReceipt, KataInstallRequest, PlanStep } from "../model/install.ts";
import type { NewReceipt } from "../registry/registry.ts";
import { retryBusy } from "../registry/retry.ts";
import type { CompiledVerdict } from "../trust/compiled.ts";
import type { VerifiedSource } from "../trust/source.ts";
import { planApproved } from "./approved-plan.ts";
import { compileVerified } from "./compile.ts";
import type { InstallDeps, InstallHost } from "./deps.ts";
import { downloadSource } from "./download.ts";
import { registerVerified } from "./register.ts";

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
 * @throws InstallError with the code of the step that said no; RegistryBusyError when the host's file stayed
 *   locked
 */
export async function installApproved(
  deps: InstallDeps,
  request: KataInstallRequest,
  signal?: AbortSignal,
): Promise<Installed> {
  const host = await deps.host();
  const plan = await retryBusy(() => planApproved(deps, host, request));

  await moveTo(deps, request, "downloading");
  const verified = await verifyPlan(deps, host, request, plan, signal);

  await moveTo(deps, request, "verified");
  const isNew = await registerPlan(deps, host, verified);

  await moveTo(deps, request, "registered");
  const receipts = await retryBusy(() =>
    deps.registry.completeInstall(
      request.id,
      verified.map((kata) => receiptFor(request, kata)),
    ),
  );
  return {
    request,
    receipt: ownReceipt(request, receipts),
    phases: verified.at(-1)?.phases ?? [],
    alreadyInstalled: !isNew,
  };
}

interface VerifiedStep {
  step: PlanStep;
  source: VerifiedSource;
  verdict: CompiledVerdict;
  phases: string[];
}

async function verifyPlan(
  deps: InstallDeps,
  host: InstallHost,
  request: KataInstallRequest,
  plan: InstallPlan,
  signal: AbortSignal | undefined,
): Promise<VerifiedStep[]> {
  const policy = {
    roninVersion: host.version,
    acceptOtherCompiler: request.acceptOtherCompiler === true,
  };
  const verified: VerifiedStep[] = [];
  for (const step of plan.steps) {
    if (step.isInstalled && step !== plan.steps.at(-1)) continue;
    const source = await downloadSource(deps, step, signal);
    const { compiled, ...verdict } = compileVerified(host, step, source, policy);
    verified.push({ step, source, verdict, phases: Object.keys(compiled.phases) });
  }
  return verified;
}

/** Registers in order, required katas first. True when the kata itself, the last, was new to the host. */
async function registerPlan(
  deps: InstallDeps,
  host: InstallHost,
  verified: readonly VerifiedStep[],
): Promise<boolean> {
  let isNew = false;
  for (const { step, source, verdict } of verified) {
    isNew = await registerVerified(deps, host, step, source, verdict.compiledHash);
  }
  return isNew;
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

function ownReceipt(
  request: KataInstallRequest,
  receipts: readonly KataInstallReceipt[],
): KataInstallReceipt {
  const own = receipts.find((receipt) => receipt.kataName === request.kataName);
  if (own === undefined) throw new InstallError("internal", "The install left no receipt for its own kata.");
  return own;
}

function moveTo(
  deps: InstallDeps,
  request: KataInstallRequest,
  state: "downloading" | "verified" | "registered",
): Promise<void> {
  return retryBusy(() => deps.registry.moveInstall(request.id, state));
}
