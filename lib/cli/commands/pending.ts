import { byVersionDescending } from "../../model/kata.ts";
import { retryBusy } from "../../registry/retry.ts";
import type { CommandContext } from "../context.ts";
import { labelOf, type ShownRequest, toShortId, toShown } from "../find-request.ts";
import { countOf, toFields, toIsoTime } from "../format.ts";
import type { Report } from "../print.ts";

/** `realms pending`: what waits for a decision, oldest first. */
export async function listPending({ registry }: CommandContext): Promise<Report> {
  const pending = await retryBusy(() =>
    registry.getPendingRequests().map((request) => toShown(registry, request)),
  );
  return { lines: toLines(pending), json: { pending } };
}

function toLines(pending: readonly ShownRequest[]): string[] {
  const [first] = pending;
  if (first === undefined) {
    return [
      "Nothing waits for a decision.",
      "When an agent misses a capability and a realm has a kata for it, it shows here.",
      "What was installed before:  realms receipts",
    ];
  }
  const short = toShortId(first.id, pending);
  return [
    `${countOf(pending.length, "request waits", "requests wait")} for a decision.`,
    ...pending.flatMap((request) => ["", ...toRequestLines(request)]),
    "",
    `Look closer:  realms show ${short}`,
    `Decide:       realms approve ${short}`,
    `              realms reject ${short} --reason "…"`,
  ];
}

function toRequestLines(request: ShownRequest): string[] {
  const versions = [...(request.offers ?? [])].sort(byVersionDescending).map((offer) => offer.version);
  return toFields([
    ["request", request.id],
    [request.kind === "create" ? "new kata" : "kata", labelOf(request)],
    ["trust", request.trust],
    ["versions", versions.length > 1 ? versions.join(", ") : undefined],
    ["need", request.intent],
    ["asked", toIsoTime(request.requestedAt)],
  ]);
}
