import type { ProposalSummary } from "../../desk/shown.ts";
import type { DeskContext } from "../desk/with-desk.ts";
import { labelOf, toShortId } from "../find-proposal.ts";
import { countOf, toFields, toIsoTime } from "../format.ts";
import type { Report } from "../print.ts";

/** `realms pending`: what waits for a decision, oldest first. */
export async function listPending({ desk }: Pick<DeskContext, "desk">): Promise<Report> {
  const { pending } = await desk.proposals();
  return { lines: toLines(pending), json: { pending } };
}

function toLines(pending: readonly ProposalSummary[]): string[] {
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
    ...pending.flatMap((proposal) => ["", ...toProposalLines(proposal)]),
    "",
    `Look closer:  realms show ${short}`,
    `Decide:       realms approve ${short}`,
    `              realms reject ${short} --reason "…"`,
  ];
}

function toProposalLines(proposal: ProposalSummary): string[] {
  const { id, kind, realm, versions, intent, requestedAt } = proposal;
  return toFields([
    ["request", id],
    [kind === "create" ? "new kata" : "kata", labelOf(proposal)],
    ["trust", realm.trust ?? undefined],
    ["versions", versions.length > 1 ? versions.join(", ") : undefined],
    ["need", intent ?? undefined],
    ["asked", toIsoTime(requestedAt)],
  ]);
}
