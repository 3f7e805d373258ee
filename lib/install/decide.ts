import { ApprovalError, type InstallErrorCode, messageOf, RegistryError } from "../errors.ts";
import type { EventPayload } from "../events.ts";
import { type InstallOffer, isExpired, type KataInstallRequest } from "../model/install.ts";
import { qualifiedName } from "../model/kata.ts";
import { retryBusy } from "../registry/retry.ts";
import { type ApprovalProof, createVoucher, type Decision, verifyProof } from "../trust/approval-proof.ts";
import type { InstallDeps } from "./deps.ts";
import { toInstallError } from "./failure.ts";
import { type Installer, isUnfinished } from "./installer.ts";
import { reportFailed } from "./report.ts";
import { findStale } from "./stale.ts";
import { offerOf, toDecision, type Verdict } from "./vouched.ts";

type DecideDeps = Pick<
  InstallDeps,
  "registry" | "bus" | "log" | "clock" | "approvals" | "database" | "proposeAgain"
>;
type Approval = EventPayload<"kata.user_approved">;
type Rejection = EventPayload<"kata.user_rejected">;

/**
 * What `kata.user_approved` means: the decision is checked and recorded, then the install runs. An event alone
 * is not a person, so under `confirmed` approvals it must carry a proof; one without changes nothing and is
 * answered with `kata.approval_unconfirmed`. Never rejects: every failure is reported.
 */
export async function handleApproval(
  deps: DecideDeps,
  installer: Pick<Installer, "install">,
  approval: Approval,
): Promise<void> {
  let request: KataInstallRequest | undefined;
  try {
    request = await retryBusy(() => deps.registry.findRequest(approval.proposalId));
    await approve(deps, installer, approval, request);
  } catch (error) {
    if (reportUnconfirmed(deps, approval.proposalId, error)) return;
    // Two decisions in one moment: the registry let exactly one through.
    if (error instanceof RegistryError && error.code === "invalid_transition") {
      deps.log.info(`ignored a second decision on ${approval.proposalId}: ${error.message}`);
      return;
    }
    reportFailed(deps, approval.proposalId, request, toInstallError(error));
  }
}

async function approve(
  deps: DecideDeps,
  installer: Pick<Installer, "install">,
  approval: Approval,
  request: KataInstallRequest | undefined,
): Promise<void> {
  const chosen = request && { ...request, kataVersion: approval.kataVersion ?? request.kataVersion };
  const offer = chosen && offerOf(chosen);
  if (request !== undefined && wasNeverShown(deps, request)) {
    deps.log.info(`${request.id} (${labelOf(request)}) is shown first: its contents were not yet`);
    await deps.proposeAgain(request);
  }
  const verdict: Verdict = {
    decision: "approve",
    by: approval.approvedBy,
    acceptOtherCompiler: approval.acceptOtherCompiler,
    acceptStale: approval.acceptStale,
  };
  const confirmed = confirm(deps, chosen, offer, verdict, approval.proof);

  const problem = await retryBusy(() => findProblem(deps, request, approval, offer));
  if (problem !== undefined) {
    reportFailed(deps, approval.proposalId, request, problem);
  } else if (request?.status === "approved") {
    // Installed long ago, at work, or left unfinished: the installer knows which.
    deps.log.info(`${request.id} (${labelOf(request)}) was approved before`);
    if (isUnfinished(request)) await installer.install(request.id);
  } else if (request !== undefined && chosen !== undefined) {
    await retryBusy(() =>
      deps.registry.approveInstall(request.id, approval.approvedBy, {
        kataVersion: chosen.kataVersion,
        acceptOtherCompiler: approval.acceptOtherCompiler,
        acceptStale: approval.acceptStale,
        offer,
        ...confirmed,
      }),
    );
    await installer.install(request.id);
  }
}

/** What `kata.user_rejected` means: the proposal ends, with the reason. Never rejects. */
export async function handleRejection(deps: DecideDeps, rejection: Rejection): Promise<void> {
  const { proposalId, rejectedBy, reason } = rejection;
  try {
    const request = await retryBusy(() => deps.registry.findRequest(proposalId));
    const offer = request && offerOf(request);
    const verdict: Verdict = { decision: "reject", by: rejectedBy };
    const { proof } = confirm(deps, request, offer, verdict, rejection.proof);
    if (request?.status !== "pending") {
      deps.log.info(`ignored the rejection of ${proposalId}: it is ${request?.status ?? "unknown"}`);
      return;
    }
    await retryBusy(() => deps.registry.rejectInstall(request.id, reason, { rejectedBy, proof }));
    deps.log.info(`${rejectedBy} rejected ${labelOf(request)}: ${reason}`);
  } catch (error) {
    if (reportUnconfirmed(deps, proposalId, error)) return;
    deps.log.warn(`the rejection of ${proposalId} was not taken: ${messageOf(error)}`);
  }
}

interface Confirmed {
  proof?: ApprovalProof;
  voucher?: ReturnType<typeof createVoucher>;
}

/**
 * Asks whether a person decided, before anything else is said about the request.
 *
 * @throws ApprovalError when a proof is needed and this is none for this request
 */
function confirm(
  { approvals, clock, database }: DecideDeps,
  request: KataInstallRequest | undefined,
  offer: InstallOffer | undefined,
  verdict: Verdict,
  given: unknown,
): Confirmed {
  if (approvals.mode === "event") return {};
  if (given === undefined) {
    throw new ApprovalError("proof_missing", "The decision carries no proof that a person gave it.");
  }
  if (request === undefined) {
    throw new ApprovalError("proof_wrong_key", "There is no such request for a proof to be about.");
  }
  const decision: Decision = toDecision(request, offer, verdict);
  const key = approvals.key();
  const proof = verifyProof(decision, given, key, clock.now());
  return { proof, voucher: createVoucher(decision, proof.nonce, database, key) };
}

/** Opened without contents, as by the guide's own `requestInstall`: nobody can have approved them. */
function wasNeverShown({ approvals }: DecideDeps, request: KataInstallRequest): boolean {
  return approvals.mode === "confirmed" && request.status === "pending" && request.offers === undefined;
}

interface Problem {
  code: InstallErrorCode;
  message: string;
}

function findProblem(
  { clock, registry }: DecideDeps,
  request: KataInstallRequest | undefined,
  { kataVersion, acceptStale }: Approval,
  offer: InstallOffer | undefined,
): Problem | undefined {
  if (request === undefined) return { code: "unknown_request", message: "No proposal has this id." };
  if (isExpired(request, clock.now())) {
    return { code: "request_expired", message: "The proposal expired; ask again." };
  }
  if (request.status === "rejected" || request.installState === "failed") {
    const ended = request.status === "rejected" ? "was rejected" : "was approved and failed";
    return { code: "request_not_pending", message: `The proposal ${ended}; ask again.` };
  }
  const isUnshown = offer === undefined && kataVersion !== undefined && request.offers !== undefined;
  if (request.status === "pending" && isUnshown) {
    return { code: "version_not_offered", message: `${kataVersion} was not among the versions shown.` };
  }
  if (request.status === "pending" && request.kind !== "create") {
    const { kataName, kataVersion: own, fromRealm: realm } = request;
    const isInstalled = registry.findHostKata(kataName, kataVersion ?? own) !== undefined;
    // The install asks again, of the whole plan. Refused here, the request goes on waiting.
    return findStale(registry, [{ realm, isInstalled }], acceptStale);
  }
  return undefined;
}

/** False when the error is about something else than the proof. */
function reportUnconfirmed({ bus, log }: DecideDeps, proposalId: string, error: unknown): boolean {
  const isAboutProof =
    error instanceof ApprovalError || (error instanceof RegistryError && error.code === "proof_spent");
  if (!isAboutProof) return false;
  const { code, message } = error as ApprovalError;
  log.warn(
    `a decision on ${proposalId} was ignored, ${code}: ${message} A person decides with: realms show ${proposalId}`,
  );
  bus.emit("kata.approval_unconfirmed", { proposalId, code });
  return true;
}

function labelOf(request: KataInstallRequest): string {
  return qualifiedName(request.fromRealm, request.kataName, request.kataVersion);
}
