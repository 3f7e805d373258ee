import type { ProposalState, ProposalSummary, ProposalView } from "../desk/shown.ts";
import { toFields, toIsoTime } from "./format.ts";
import { toContentLines, toVersionViewLines } from "./kata-lines.ts";
import type { Line } from "./print.ts";
import { toReceiptLines } from "./receipt-lines.ts";

/**
 * One request: what became of it, every version, what stands in the selected one, and its receipts.
 *
 * @param short the id as a person may type it
 */
export function toProposalLines(view: ProposalView, short: string): Line[] {
  const { proposal, versions, selected, receipts } = view;
  return [
    ...toProposalHead(view),
    ...versions.flatMap((version) => ["", ...toVersionViewLines(version, "proposed")]),
    ...(selected === null ? [] : toContentLines(selected, { withSource: true })),
    ...receipts.flatMap((receipt) => ["", ...toReceiptLines(receipt)]),
    ...(proposal.state.kind === "pending"
      ? ["", `Decide:  realms approve ${short}`, `         realms reject ${short} --reason "…"`]
      : []),
  ];
}

/** The request itself: who asked for what, and what became of that. */
export function toProposalHead({ proposal, installedVersions }: ProposalView): Line[] {
  const isPending = proposal.state.kind === "pending";
  return [
    { text: toHeadline(proposal), style: "strong" },
    ...toFields([
      ["request", proposal.id],
      ["kata", `${proposal.realm.id}:${proposal.kataName}@${proposal.kataVersion}`],
      ["realm", toRealmText(proposal)],
      ["installed", installedVersions.join(", ")],
      ["need", proposal.intent ?? undefined],
      ["asked", toIsoTime(proposal.requestedAt)],
      ["ends", isPending ? toIsoTime(proposal.expiresAt) : undefined],
      ...toDecisionFields(proposal.state),
    ]),
  ];
}

function toHeadline({ kind, state }: ProposalSummary): string {
  return `${kind === "create" ? "A new kata" : "A kata"} ${states[state.kind]}.`;
}

const states: Record<ProposalState["kind"], string> = {
  pending: "waits for a decision",
  installing: "was approved and is being installed",
  installed: "was approved and is installed",
  failed: "was approved, but its install failed",
  rejected: "was rejected",
  expired: "was rejected: nobody decided in time",
};

function toDecisionFields(state: ProposalState): Array<[string, string | undefined]> {
  switch (state.kind) {
    case "pending":
    case "expired":
      return [];
    case "rejected":
      return [["reason", state.reason]];
    case "installing":
      return [["step", state.step]];
    case "installed":
    case "failed":
      return [
        ["approved", state.at === null ? undefined : toIsoTime(state.at)],
        ["by", state.by ?? undefined],
        ["failed", state.kind === "failed" ? `${state.problem.code}: ${state.problem.message}` : undefined],
      ];
  }
}

function toRealmText({ realm }: ProposalSummary): string {
  return realm.trust === null ? realm.name : `${realm.name} (${realm.trust})`;
}
