import { ApprovalError, type InstallErrorCode, RegistryError } from "../errors.ts";
import type { EventPayload } from "../events.ts";
import type { InstallOffer, KataInstallRequest } from "../model/install.ts";
import { isExpired } from "../model/install.ts";
import { qualifiedName } from "../model/kata.ts";
import { retryBusy } from "../registry/retry.ts";
import { type ApprovalProof, type Decision, verifyProof } from "../trust/approval-proof.ts";
import { offerOf } from "./approved-plan.ts";
import type { InstallDeps } from "./deps.ts";
import type { Installer } from "./installer.ts";

type DecideDeps = Pick<InstallDeps, "registry" | "bus" | "log" | "clock" | "approvals" | "proposeAgain">;
type Approval = EventPayload<"kata.user_approved">;
type Rejection = EventPayload<"kata.user_rejected">;

/**
 * What `kata.user_approved` means: the decision is checked and recorded, then the install runs. An event alone
 * is not a person, so under `confirmed` approvals it must carry a proof; one without changes nothing.
 */
export async function handleApproval(
  deps: DecideDeps,
  installer: Pick<Installer, "install">,
  approval: Approval,
): Promise<void> {
  const request = await retryBusy(() => deps.registry.findRequest(approval.proposalId));
  if (request === undefined) {
    refuse(deps, approval.proposalId, undefined, "unknown_request", "No proposal has this id.");
    return;
  }
  if (isExpired(request, deps.clock.now())) {
    refuse(deps, request.id, request, "request_expired", "The proposal expired; ask again.");
    return;
  }
  if (request.status !== "pending") {
    reportDecided(deps, request);
    return;
  }
  const chosen = { ...request, kataVersion: approval.kataVersion ?? request.kataVersion };
  const offer = offerOf(chosen);
  if (offer === undefined && approval.kataVersion !== undefined && request.offers !== undefined) {
    refuse(
      deps,
      request.id,
      request,
      "version_not_offered",
      `${chosen.kataVersion} was not among the versions shown.`,
    );
    return;
  }
  if (offer === undefined && deps.approvals.mode === "confirmed") {
    refuse(
      deps,
      request.id,
      request,
      "offer_changed",
      "Its contents were never shown; it is proposed again.",
    );
    await deps.proposeAgain(request);
    return;
  }
  const decision = toDecision(chosen, offer, {
    decision: approval.acceptOtherCompiler === true ? "approve_other_compiler" : "approve",
    by: approval.approvedBy,
  });
  await decide(deps, request, decision, approval.proof, async (proof) => {
    await retryBusy(() =>
      deps.registry.approveInstall(request.id, approval.approvedBy, {
        kataVersion: chosen.kataVersion,
        acceptOtherCompiler: approval.acceptOtherCompiler === true,
        ...(proof === undefined ? {} : { proof }),
      }),
    );
    await installer.install(request.id);
  });
}

/** What `kata.user_rejected` means: the proposal ends, with the reason. */
export async function handleRejection(deps: DecideDeps, rejection: Rejection): Promise<void> {
  const request = await retryBusy(() => deps.registry.findRequest(rejection.proposalId));
  if (request?.status !== "pending") {
    deps.log.info(`ignored the rejection of ${rejection.proposalId}: it is ${request?.status ?? "unknown"}`);
    return;
  }
  const decision = toDecision(request, offerOf(request), { decision: "reject", by: rejection.rejectedBy });
  await decide(deps, request, decision, rejection.proof, async (proof) => {
    await retryBusy(() =>
      deps.registry.rejectInstall(request.id, rejection.reason, {
        rejectedBy: rejection.rejectedBy,
        ...(proof === undefined ? {} : { proof }),
      }),
    );
    deps.log.info(`${rejection.rejectedBy} rejected ${labelOf(request)}: ${rejection.reason}`);
  });
}

/** The decision in the form a proof signs: the request, the version's content, and who decided. */
export function toDecision(
  request: KataInstallRequest,
  offer: InstallOffer | undefined,
  given: Pick<Decision, "decision" | "by">,
): Decision {
  return {
    ...given,
    proposalId: request.id,
    kata: labelOf(request),
    sourceHash: offer?.sourceHash ?? "",
    compiledHash: offer?.compiledHash ?? "",
    planHash: offer?.planHash ?? "",
  };
}

async function decide(
  deps: DecideDeps,
  request: KataInstallRequest,
  decision: Decision,
  proof: unknown,
  carryOut: (proof: ApprovalProof | undefined) => Promise<void>,
): Promise<void> {
  try {
    await carryOut(confirm(deps, decision, proof));
  } catch (error) {
    if (error instanceof ApprovalError) return reportUnconfirmed(deps, request, error.code, error.message);
    if (error instanceof RegistryError && error.code === "proof_spent") {
      return reportUnconfirmed(deps, request, "proof_spent", error.message);
    }
    // Two decisions in one moment: the registry let exactly one through.
    if (error instanceof RegistryError && error.code === "invalid_transition") {
      deps.log.info(`ignored a second decision on ${request.id}: ${error.message}`);
      return;
    }
    throw error;
  }
}

/** @throws ApprovalError when a proof is needed and this is none */
function confirm(deps: DecideDeps, decision: Decision, proof: unknown): ApprovalProof | undefined {
  if (deps.approvals.mode === "event") return undefined;
  return verifyProof(decision, proof, deps.approvals.key(), deps.clock.now());
}

function reportUnconfirmed(
  deps: DecideDeps,
  request: KataInstallRequest,
  code: ApprovalError["code"],
  message: string,
): void {
  deps.log.warn(
    `a decision on ${request.id} (${labelOf(request)}) was ignored, ${code}: ${message} To approve: realms approve ${request.id}`,
  );
  deps.bus.emit("kata.approval_unconfirmed", { proposalId: request.id, code });
}

/** A decision on what is decided already. While it installs, or is installed, that is no news. */
function reportDecided(deps: DecideDeps, request: KataInstallRequest): void {
  if (request.status === "approved" && request.installState !== "failed") {
    deps.log.info(`${request.id} (${labelOf(request)}) was approved before; nothing to do`);
    return;
  }
  const ended = request.status === "rejected" ? "was rejected" : "was approved and failed";
  refuse(deps, request.id, request, "request_not_pending", `The proposal ${ended}; ask again.`);
}

function refuse(
  deps: DecideDeps,
  proposalId: string,
  request: KataInstallRequest | undefined,
  code: InstallErrorCode,
  message: string,
): void {
  deps.log.warn(`the approval of ${proposalId} was refused, ${code}: ${message}`);
  deps.bus.emit("kata.install_failed", {
    proposalId,
    ...(request === undefined
      ? {}
      : { kataName: request.kataName, kataVersion: request.kataVersion, fromRealm: request.fromRealm }),
    code,
    message,
  });
}

function labelOf(request: KataInstallRequest): string {
  return qualifiedName(request.fromRealm, request.kataName, request.kataVersion);
}
