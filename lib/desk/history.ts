import * as z from "zod";
import { realmIdSchema } from "../model/realm.ts";
import { parseInput } from "../registry/input.ts";
import type { DeskDeps } from "./deps.ts";
import { readMarks } from "./marks.ts";
import { patiently } from "./patience.ts";
import type {
  HistoryEntry,
  HistoryFilter,
  HistoryView,
  ProposalState,
  ReceiptsView,
  ReceiptView,
} from "./shown.ts";
import { toReceiptView, toState, toSummary } from "./summaries.ts";

const MAX_ENTRIES = 200;
const MAX_SCANNED = 5000;

const filterSchema = z.object({
  text: z.string().max(200).default(""),
  realm: realmIdSchema.nullable().default(null),
  outcome: z.enum(["all", "pending", "installed", "failed", "rejected"]).default("all"),
});

const outcomes: Record<ProposalState["kind"], HistoryFilter["outcome"]> = {
  pending: "pending",
  installing: "pending",
  installed: "installed",
  failed: "failed",
  rejected: "rejected",
  expired: "rejected",
};

/** One request and what came of it: what a decision's end is seen by. @throws RegistryError `unknown_request`, `registry_busy` */
export function readEntry({ registry }: Pick<DeskDeps, "registry">, id: string): Promise<HistoryEntry> {
  return patiently(() => {
    const markOf = readMarks(registry);
    return {
      proposal: toSummary(registry, registry.getRequest(id), markOf),
      receipts: registry.getReceipts({ requestId: id }).map((receipt) => toReceiptView(receipt, markOf)),
    };
  });
}

/** What was installed, newest first. @throws RegistryBusyError */
export function readReceipts({ registry }: Pick<DeskDeps, "registry">): Promise<ReceiptsView> {
  return patiently(() => {
    const markOf = readMarks(registry);
    return { receipts: registry.getReceipts().map((receipt) => toReceiptView(receipt, markOf)) };
  });
}

/** What was asked and what became of it, newest first. @throws RegistryError `invalid_input`, `registry_busy` */
export function readHistory({ registry }: Pick<DeskDeps, "registry">, given: unknown): Promise<HistoryView> {
  const filter = parseInput(filterSchema, given);
  const text = filter.text.trim().toLowerCase();
  return patiently(() => {
    const markOf = readMarks(registry);
    const receipts = new Map<string, ReceiptView[]>();
    for (const receipt of registry.getReceipts({ limit: MAX_SCANNED })) {
      const known = receipts.get(receipt.requestId ?? "") ?? [];
      receipts.set(receipt.requestId ?? "", [...known, toReceiptView(receipt, markOf)]);
    }
    const fitting = registry
      .getRequests({ limit: MAX_SCANNED })
      .filter(({ kataName }) => kataName.includes(text))
      .filter(({ fromRealm }) => filter.realm === null || fromRealm === filter.realm)
      .filter((one) => filter.outcome === "all" || outcomes[toState(one).kind] === filter.outcome);
    return {
      filter,
      entries: fitting.slice(0, MAX_ENTRIES).map((request) => ({
        proposal: toSummary(registry, request, markOf),
        receipts: receipts.get(request.id) ?? [],
      })),
      hasMore: fitting.length > MAX_ENTRIES,
      realms: registry.getRealms().map((realm) => markOf(realm.id)),
    };
  });
}
