import type { Database } from "bun:sqlite";
import * as z from "zod";
import { RegistryError } from "../errors.ts";
import {
  type ApprovalVoucher,
  canChangeStatus,
  type InstallOffer,
  isSameOffer,
  type KataInstallRequest,
  REQUEST_TTL_MS,
  type RequestStatus,
} from "../model/install.ts";
import { kataVersionSchema } from "../model/kata.ts";
import { type ApprovalProof, approvalProofSchema } from "../trust/approval-proof.ts";
import { parseInput, personSchema } from "./input.ts";
import { spendNonce } from "./nonces-table.ts";
import { getRequest, offerSchema, updateRequest, voucherSchema } from "./requests-table.ts";
import { write } from "./write.ts";

/** What a person chose when approving. */
export interface ApprovalChoice {
  /** Default: the version that was requested. */
  kataVersion?: string | undefined;
  /** Already verified; its nonce is spent with the decision, and it is kept for recovery. */
  proof?: ApprovalProof | undefined;
  /** The person accepts, for this install, a graph compiled by another Ronin version. */
  acceptOtherCompiler?: boolean | undefined;
  /** The person accepts, for this install, that a realm's signatures have expired. */
  acceptStale?: boolean | undefined;
  /** What the decision was about: refused when the request offers something else by now. */
  offer?: InstallOffer | undefined;
  /** Kept with the decision and checked before every install. */
  voucher?: ApprovalVoucher | undefined;
}

/** Who rejected, where that is known. */
export interface Rejection {
  rejectedBy?: string | undefined;
  proof?: ApprovalProof | undefined;
}

/**
 * Records that a person approved. Nothing is installed by it.
 *
 * @throws RegistryError `unknown_request`, `invalid_transition`, `offer_changed`, `proof_spent`, `invalid_input`
 */
export function approve(
  db: Database,
  id: string,
  approvedBy: string,
  choice: ApprovalChoice,
  now: number,
): KataInstallRequest {
  const by = parseInput(personSchema, approvedBy, ["approvedBy"]);
  const { kataVersion, proof, acceptOtherCompiler, acceptStale, offer, voucher } = parseInput(
    choiceSchema,
    choice,
    ["choice"],
  );
  return decide(db, id, "approved", proof, now, (request) => {
    if (offer !== undefined) assertStillOffered(request, offer);
    return {
      status: "approved",
      approved_at: now,
      approved_by: by,
      kata_version: kataVersion ?? request.kataVersion,
      accept_other_compiler: Number(acceptOtherCompiler === true),
      accept_stale: Number(acceptStale === true),
      voucher: voucher === undefined ? null : JSON.stringify(voucher),
    };
  });
}

/** The offers of a pending request can be renewed while a decision is on its way. */
function assertStillOffered(request: KataInstallRequest, offer: InstallOffer): void {
  const offered = request.offers?.find(({ version }) => version === offer.version);
  if (offered !== undefined && isSameOffer(offered, offer)) return;
  throw new RegistryError("offer_changed", "The request offers something else than was decided on.");
}

/**
 * Records that a person rejected. The guide's `approved_at` stays empty.
 *
 * @throws RegistryError `unknown_request`, `invalid_transition`, `proof_spent`, `invalid_input`
 */
export function reject(
  db: Database,
  id: string,
  reason: string,
  rejection: Rejection,
  now: number,
): KataInstallRequest {
  const why = parseInput(reasonSchema, reason, ["reason"]);
  const { rejectedBy, proof } = parseInput(rejectionSchema, rejection, ["decision"]);
  return decide(db, id, "rejected", proof, now, () => ({
    status: "rejected",
    reason: why,
    rejected_by: rejectedBy ?? null,
  }));
}

const choiceSchema = z.object({
  kataVersion: kataVersionSchema.optional(),
  proof: approvalProofSchema.optional(),
  acceptOtherCompiler: z.boolean().optional(),
  acceptStale: z.boolean().optional(),
  offer: offerSchema.optional(),
  voucher: voucherSchema.optional(),
});
const rejectionSchema = z.object({
  rejectedBy: personSchema.optional(),
  proof: approvalProofSchema.optional(),
});
const reasonSchema = z.string().max(500);

/** One transaction: whoever comes second meets a request that is decided. */
function decide(
  db: Database,
  id: string,
  status: RequestStatus,
  proof: ApprovalProof | undefined,
  now: number,
  toColumns: (request: KataInstallRequest) => Parameters<typeof updateRequest>[2],
): KataInstallRequest {
  return write(db, () => {
    const request = getRequest(db, id);
    assertOpen(request, status, now);
    if (proof !== undefined) spendNonce(db, proof.nonce, id, now);
    updateRequest(db, id, {
      ...toColumns(request),
      decided_at: now,
      proof: proof === undefined ? null : JSON.stringify(proof),
    });
    return getRequest(db, id);
  });
}

function assertOpen(request: KataInstallRequest, status: RequestStatus, now: number): void {
  if (!canChangeStatus(request.status, status)) {
    throw new RegistryError(
      "invalid_transition",
      `The request is ${request.status}; it cannot become ${status}.`,
    );
  }
  // Nobody may have listed the pending requests since, which is what ends them.
  if (now - request.requestedAt >= REQUEST_TTL_MS) {
    throw new RegistryError("invalid_transition", "The request has expired; ask for the kata again.");
  }
}
