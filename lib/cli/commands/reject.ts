import type { ProposalSummary } from "../../desk/shown.ts";
import { toPlainText } from "../../model/text.ts";
import { CommandError } from "../command-error.ts";
import type { DeskContext } from "../desk/with-desk.ts";
import { getProposal, labelOf } from "../find-proposal.ts";
import { toPersonName } from "../person-name.ts";
import type { Report } from "../print.ts";

const MAX_REASON_CHARS = 500;

export interface RejectOptions {
  reason: string;
  as?: string | undefined;
}

/**
 * `realms reject <id> --reason …`: the proposal ends, and the reason stays with it.
 *
 * @throws CommandError `usage`, `unknown_request`, `ambiguous_id`, `already_decided`, `host_unreachable`; PageError
 *   for what the page refuses
 */
export async function rejectRequest(
  { desk, around }: DeskContext,
  given: string,
  options: RejectOptions,
): Promise<Report> {
  const reason = readReason(options.reason);
  const by = toPersonName(options.as, around);
  const { id } = await getProposal(desk, given);
  const { proposal } = await desk.entry(id);
  const { kind } = proposal.state;
  if (kind === "rejected" || kind === "expired") return toReport(proposal, "It was rejected before");
  if (kind !== "pending") throw approvedBefore(proposal);

  await desk.reject(id, { reason, by });
  const decided = (await desk.entry(id)).proposal;
  // Somebody else may have been faster.
  if (decided.state.kind !== "rejected") throw approvedBefore(decided);
  return toReport(decided, "Rejected");
}

function readReason(given: string): string {
  const reason = toPlainText(given, MAX_REASON_CHARS);
  if (reason !== "" && reason.length <= MAX_REASON_CHARS) return reason;
  throw new CommandError("usage", `--reason needs a text of 1 to ${MAX_REASON_CHARS} characters.`);
}

function approvedBefore(proposal: ProposalSummary): CommandError {
  return new CommandError(
    "already_decided",
    `${labelOf(proposal)} was approved before: realms show ${proposal.id}`,
  );
}

function toReport(proposal: ProposalSummary, said: string): Report {
  const { state } = proposal;
  const reason = state.kind === "rejected" ? ` Reason: ${state.reason}` : " Nobody decided in time.";
  return { lines: [`${said}: ${labelOf(proposal)}.${reason}`], json: { outcome: "rejected", proposal } };
}
