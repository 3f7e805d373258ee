import type { KataInstallRequest } from "../model/install.ts";
import { retryBusy } from "../registry/retry.ts";
import { isProofGenuine } from "../trust/approval-proof.ts";
import { offerOf } from "./approved-plan.ts";
import { toDecision } from "./decide.ts";
import type { InstallDeps } from "./deps.ts";
import { type Installer, isUnfinished } from "./installer.ts";

/**
 * Takes up the approved installs that a stop or a crash interrupted, oldest first. The request's row lies in a
 * database that others can write, so under `confirmed` approvals only a decision that the approval key vouches
 * for is resumed; any other ends as `proof_invalid`.
 *
 * @returns how many were taken up
 */
export async function recoverInstalls(
  deps: InstallDeps,
  installer: Pick<Installer, "install">,
): Promise<number> {
  const approved = await retryBusy(() => deps.registry.getRequests({ status: "approved" }));
  const unfinished = approved.filter(isUnfinished).reverse();
  let resumed = 0;
  for (const request of unfinished) {
    if (await isVouchedFor(deps, request)) {
      deps.log.info(`taking up the interrupted install of ${request.kataName} ${request.kataVersion}`);
      await installer.install(request.id);
      resumed += 1;
    } else {
      await refuseResume(deps, request);
    }
  }
  return resumed;
}

async function isVouchedFor(deps: InstallDeps, request: KataInstallRequest): Promise<boolean> {
  const { approvals } = deps;
  if (approvals.mode === "event") return true;
  const proof = await retryBusy(() => deps.registry.getProof(request.id));
  const decision = toDecision(request, offerOf(request), {
    decision: request.acceptOtherCompiler === true ? "approve_other_compiler" : "approve",
    by: request.approvedBy ?? "",
  });
  return isProofGenuine(decision, proof, approvals.key());
}

async function refuseResume(deps: InstallDeps, request: KataInstallRequest): Promise<void> {
  const code = "proof_invalid";
  const message =
    "The interrupted install has no valid proof that a person approved it in this form; propose it again.";
  await retryBusy(() => deps.registry.failInstall(request.id, code, message));
  deps.log.warn(`install ${request.id} was not resumed, ${code}: ${message}`);
  deps.bus.emit("kata.install_failed", {
    proposalId: request.id,
    kataName: request.kataName,
    kataVersion: request.kataVersion,
    fromRealm: request.fromRealm,
    code,
    message,
  });
}
