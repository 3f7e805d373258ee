import { messageOf } from "../errors.ts";
import type { ApprovalPolicy } from "../install/deps.ts";
import type { Log } from "../log.ts";
import { readOrCreateApprovalKey } from "./approval-key.ts";
import { approvalKeyPath } from "./paths.ts";

/**
 * Whoever reaches the host's port can post any event, so where the host serves HTTP an approval needs a proof
 * unless the settings say otherwise.
 */
export function chooseApprovalPolicy(
  setting: "confirmed" | "event" | undefined,
  servesHttp: boolean,
  log: Log,
): ApprovalPolicy {
  const mode = setting ?? (servesHttp ? "confirmed" : "event");
  if (mode === "event") return { mode };
  const key = (): Uint8Array => readOrCreateApprovalKey(approvalKeyPath());
  try {
    // Made now, so that the command can approve before the first proposal is decided.
    key();
  } catch (error) {
    log.error(`nothing can be approved: ${messageOf(error)}`);
  }
  return { mode, key };
}
