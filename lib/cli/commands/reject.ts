import { toRejectedEvent } from "../../install/sign-decision.ts";
import type { KataInstallRequest } from "../../model/install.ts";
import { toPlainText } from "../../model/text.ts";
import { retryBusy } from "../../registry/retry.ts";
import { createSigner, toPersonName } from "../approval.ts";
import { CommandError } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { findRequestById, labelOf } from "../find-request.ts";
import { followRequest } from "../follow.ts";
import { sendDecision } from "../host-client.ts";
import { toOutcomeError } from "../outcome.ts";
import type { Report } from "../print.ts";

const MAX_REASON_CHARS = 500;

export interface RejectOptions {
  reason: string;
  as?: string | undefined;
}

/**
 * `realms reject <id> --reason …`: the proposal ends, and the reason stays with it.
 *
 * @throws CommandError `usage`, `unknown_request`, `ambiguous_id`, `already_decided`, `approval_key_missing`,
 *   `host_unreachable`, `host_refused`, `not_taken`, `changed_meanwhile`, `interrupted`; ApprovalError
 */
export async function rejectRequest(
  context: CommandContext,
  id: string,
  options: RejectOptions,
): Promise<Report> {
  const { registry, host, around } = context;
  const reason = readReason(options.reason);
  const rejectedBy = toPersonName(options.as, around);
  const request = await retryBusy(() => findRequestById(registry, id));
  if (request.status === "rejected") return toReport(request, "It was rejected before");
  if (request.status === "approved") {
    throw new CommandError(
      "already_decided",
      `${labelOf(request)} was approved before: realms show ${request.id}`,
    );
  }

  const sign = createSigner(host, around);
  const payload = toRejectedEvent(request, { by: rejectedBy, reason }, sign);
  await sendDecision(host.port, "kata.user_rejected", payload);
  const outcome = await followRequest({ registry, around }, request);
  if (outcome.progress === "rejected") return toReport(outcome.request, "Rejected");
  throw toOutcomeError(outcome, context);
}

function readReason(given: string): string {
  const reason = toPlainText(given, MAX_REASON_CHARS);
  if (reason !== "" && reason.length <= MAX_REASON_CHARS) return reason;
  throw new CommandError("usage", `--reason needs a text of 1 to ${MAX_REASON_CHARS} characters.`);
}

function toReport(request: KataInstallRequest, said: string): Report {
  const reason =
    request.reason === undefined ? "" : ` Reason: ${toPlainText(request.reason, MAX_REASON_CHARS)}`;
  return { lines: [`${said}: ${labelOf(request)}.${reason}`], json: { outcome: "rejected", request } };
}
