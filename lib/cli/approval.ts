import type { Sign } from "../install/sign-decision.ts";
import { toPlainText } from "../model/text.ts";
import { readApprovalKey } from "../runtime/approval-key.ts";
import { approvalKeyPath } from "../runtime/paths.ts";
import { createProof } from "../trust/approval-proof.ts";
import { CommandError } from "./command-error.ts";
import type { HostLocation } from "./locate-host.ts";
import type { Surroundings } from "./surroundings.ts";

const MAX_NAME_CHARS = 200;

/**
 * Reads the approval key, which shows that this user may decide.
 *
 * @throws CommandError `approval_key_missing`; ApprovalError when the file is no key or others can read it
 */
export function createSigner(location: HostLocation, around: Pick<Surroundings, "env" | "clock">): Sign {
  const path = approvalKeyPath(around.env);
  const key = readApprovalKey(path);
  if (key !== undefined) return (decision) => createProof(decision, key, around.clock.now());
  if (location.note?.approvals === "event") return () => undefined;
  throw new CommandError(
    "approval_key_missing",
    `There is no approval key at ${path}.\nRonin makes it when it runs with the pack: start Ronin once as this user, then decide again.`,
  );
}

/**
 * The name that goes into the decision and the receipt, on one line.
 *
 * @throws CommandError `usage` when nothing is left of it
 */
export function toPersonName(given: string | undefined, around: Pick<Surroundings, "userName">): string {
  const name = toPlainText(given ?? around.userName(), MAX_NAME_CHARS);
  if (name !== "" && name.length <= MAX_NAME_CHARS) return name;
  throw new CommandError("usage", `--as needs a name of 1 to ${MAX_NAME_CHARS} characters.`);
}
