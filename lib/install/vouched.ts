import { ApprovalError, InstallError } from "../errors.ts";
import type { InstallOffer, KataInstallRequest } from "../model/install.ts";
import { qualifiedName } from "../model/kata.ts";
import { type Decision, isVoucherGenuine } from "../trust/approval-proof.ts";
import type { InstallDeps } from "./deps.ts";

/** What a person can decide about a request. */
export interface Verdict {
  decision: "approve" | "reject";
  /** Who decides. */
  by: string;
  /** What an approval accepts for this one install. Default: neither. */
  acceptOtherCompiler?: boolean | undefined;
  acceptStale?: boolean | undefined;
}

/**
 * A decision in the form that a proof signs: the request, its kind, the version's content, and who decides.
 *
 * @throws ApprovalError `proof_malformed` for approving contents that were never shown: a signature under
 *   nothing would fit anything
 */
export function toDecision(
  request: KataInstallRequest,
  offer: InstallOffer | undefined,
  verdict: Verdict,
): Decision {
  if (offer === undefined && verdict.decision !== "reject") {
    throw new ApprovalError("proof_malformed", "The contents were never shown, so they cannot be approved.");
  }
  return {
    decision: wordFor(request, verdict),
    by: verdict.by,
    proposalId: request.id,
    kata: qualifiedName(request.fromRealm, request.kataName, request.kataVersion),
    sourceHash: offer?.sourceHash ?? "",
    compiledHash: offer?.compiledHash ?? "",
    planHash: offer?.planHash ?? "",
  };
}

function wordFor(
  { kind }: KataInstallRequest,
  { decision, acceptOtherCompiler, acceptStale }: Verdict,
): Decision["decision"] {
  if (decision === "reject") return "reject";
  if (kind === "create") return "approve_creation";
  if (acceptOtherCompiler === true) {
    return acceptStale === true ? "approve_other_compiler_stale" : "approve_other_compiler";
  }
  return acceptStale === true ? "approve_stale" : "approve";
}

/** The offer for the request's own version, which approving may have changed to the one chosen. */
export function offerOf(request: KataInstallRequest): InstallOffer | undefined {
  return request.offers?.find((offer) => offer.version === request.kataVersion);
}

/**
 * Returns when a person approved the request as it stands in its row now. The row lies in a database that others
 * can write, and time passes between decision and install, so every install asks this of the very value that it
 * goes on with.
 *
 * @throws InstallError `proof_invalid` under `confirmed` approvals
 */
export function verifyVouched(
  { approvals, database }: Pick<InstallDeps, "approvals" | "database">,
  request: KataInstallRequest,
): void {
  if (approvals.mode === "event") return;
  const { voucher } = request;
  const offer = offerOf(request);
  const isVouchedFor =
    voucher !== undefined &&
    offer !== undefined &&
    isVoucherGenuine(
      toDecision(request, offer, {
        decision: "approve",
        by: request.approvedBy ?? "",
        acceptOtherCompiler: request.acceptOtherCompiler,
        acceptStale: request.acceptStale,
      }),
      voucher,
      database,
      approvals.key(),
    );
  if (isVouchedFor) return;
  throw new InstallError(
    "proof_invalid",
    "Nobody is known to have approved the request in the form that it has now; propose it again.",
  );
}
