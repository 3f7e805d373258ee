import { readOfferedVersions } from "../../install/offered-versions.ts";
import { retryBusy } from "../../registry/retry.ts";
import type { CommandContext } from "../context.ts";
import { findRequestById, toShortId, toShown } from "../find-request.ts";
import type { Report } from "../print.ts";
import { toReceiptLines } from "../receipt-lines.ts";
import { toAllVersionLines, toRequestLines } from "../request-lines.ts";

/**
 * `realms show <id>`: one request with every version that was offered and all that each would install.
 *
 * @throws CommandError `unknown_request`, `ambiguous_id`
 */
export async function showRequest({ registry }: CommandContext, id: string): Promise<Report> {
  const found = await retryBusy(() => {
    const request = toShown(registry, findRequestById(registry, id));
    return {
      request,
      versions: request.status === "pending" ? readOfferedVersions(registry, request) : [],
      receipts: registry.getReceipts({ requestId: request.id }),
      pending: registry.getPendingRequests(),
    };
  });
  const { request, versions, receipts, pending } = found;
  const short = toShortId(request.id, pending);
  return {
    json: { request, versions, receipts },
    lines: [
      ...toRequestLines(request),
      ...toAllVersionLines(request, versions),
      ...receipts.flatMap((receipt) => ["", ...toReceiptLines(receipt)]),
      ...(request.status === "pending"
        ? ["", `Decide:  realms approve ${short}`, `         realms reject ${short} --reason "…"`]
        : []),
    ],
  };
}
