import type { EventPayload } from "../events.ts";
import type { InstallOffer, KataInstallRequest } from "../model/install.ts";
import type { ApprovalProof, Decision } from "../trust/approval-proof.ts";
import { offerOf, toDecision } from "./vouched.ts";

/** Makes the proof that a person decided so; undefined where the host asks for none. */
export type Sign = (decision: Decision) => ApprovalProof | undefined;

export interface Approval {
  /** Who decides. */
  by: string;
  version: string;
  /** What the person saw of that version; undefined when nothing of it was shown, and then nothing is signed. */
  offer: InstallOffer | undefined;
  acceptOtherCompiler: boolean;
}

/** What page and command put on the bus for an approval. */
export function toApprovedEvent(
  request: KataInstallRequest,
  { by, version, offer, acceptOtherCompiler }: Approval,
  sign: Sign,
): EventPayload<"kata.user_approved"> {
  const decision = acceptOtherCompiler ? "approve_other_compiler" : "approve";
  const chosen = { ...request, kataVersion: version };
  // Nothing was shown of a request without an offer: the host shows it first, and nobody signs under it.
  const proof = offer === undefined ? undefined : sign(toDecision(chosen, offer, { decision, by }));
  return {
    proposalId: request.id,
    approvedBy: by,
    kataVersion: version,
    ...(acceptOtherCompiler ? { acceptOtherCompiler } : {}),
    ...(proof === undefined ? {} : { proof }),
  };
}

/** What page and command put on the bus for a rejection. */
export function toRejectedEvent(
  request: KataInstallRequest,
  { by, reason }: { by: string; reason: string },
  sign: Sign,
): EventPayload<"kata.user_rejected"> {
  const proof = sign(toDecision(request, offerOf(request), { decision: "reject", by }));
  return { proposalId: request.id, rejectedBy: by, reason, ...(proof === undefined ? {} : { proof }) };
}
