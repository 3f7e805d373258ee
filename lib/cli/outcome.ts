import { toPlainText } from "../model/text.ts";
import { approvalKeyPath } from "../runtime/paths.ts";
import { CommandError } from "./command-error.ts";
import type { CommandContext } from "./context.ts";
import { labelOf } from "./find-request.ts";
import { type followRequest, INSTALL_TIMEOUT_MS, TAKE_TIMEOUT_MS } from "./follow.ts";

type Outcome = Awaited<ReturnType<typeof followRequest>>;

/** What went otherwise than the person decided, and what to do about it. */
export function toOutcomeError(
  { progress, request }: Outcome,
  context: Pick<CommandContext, "host" | "around">,
): CommandError {
  const label = labelOf(request);
  const again = `realms show ${request.id}`;
  switch (progress) {
    case "failed":
      return new CommandError(
        "install_failed",
        `${label} was not installed.\n${request.failureCode ?? "internal"}: ${toPlainText(request.failureMessage ?? "No reason was recorded.", 1000)}`,
      );
    case "installed":
      return new CommandError(
        "already_decided",
        `${label} was approved by somebody else meanwhile: ${again}`,
      );
    case "rejected":
      return new CommandError(
        "already_decided",
        `${label} was rejected meanwhile: ${toPlainText(request.reason ?? "", 500)}`,
      );
    case "changed":
      return new CommandError(
        "changed_meanwhile",
        `What is offered as ${label} changed while you decided; nothing was installed.\nLook again, then decide: ${again}`,
      );
    case "installing":
      return new CommandError(
        "still_installing",
        `Ronin took the decision and was still installing after ${INSTALL_TIMEOUT_MS / 1000} s.\nIt goes on there. See how it ends: ${again}`,
      );
    case "interrupted":
      return new CommandError(
        "interrupted",
        `Stopped waiting. The decision was sent; see what became of it: ${again}`,
      );
    case "not_taken":
      return new CommandError("not_taken", toCheckList(context));
  }
}

function toCheckList({ host, around }: Pick<CommandContext, "host" | "around">): string {
  return [
    `Ronin on 127.0.0.1:${host.port} answered but did not take the decision within ${TAKE_TIMEOUT_MS / 1000} s.`,
    "Check that",
    `  - it uses the database ${host.databasePath} (--db, --port)`,
    `  - it uses the approval key ${approvalKeyPath(around.env)} (RONIN_REALMS_HOME)`,
    "  - the pack is loaded there: its log names each ignored decision with a reason",
  ].join("\n");
}
