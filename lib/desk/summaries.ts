import type { KataInstallReceipt } from "../model/install.ts";
import { EXPIRED_REASON, type KataInstallRequest, REQUEST_TTL_MS } from "../model/install.ts";
import { byVersionDescending, qualifiedName } from "../model/kata.ts";
import { toPlainText } from "../model/text.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import type { ProposalState, ProposalSummary, RealmMark, ReceiptView } from "./shown.ts";

const MAX_TEXT_CHARS = 2000;
const MAX_VERSION_CHARS = 10;

/** A request's row as a person is shown it: others can write to its database, so its texts are made plain again. */
export function toSummary(
  registry: Pick<RealmsRegistry, "findKata">,
  request: KataInstallRequest,
  markOf: (realm: string) => RealmMark,
): ProposalSummary {
  const { id, kataName, kataVersion, fromRealm, requestedAt } = request;
  const kata = request.kind === "create" ? undefined : registry.findKata(fromRealm, kataName, kataVersion);
  return {
    id,
    kind: request.kind ?? "install",
    kataName: toPlainText(kataName, 64),
    kataVersion: toPlainText(kataVersion, MAX_VERSION_CHARS),
    realm: markOf(fromRealm),
    intent: request.intent === undefined ? null : toPlainText(request.intent, MAX_TEXT_CHARS),
    state: toState(request),
    requestedAt,
    expiresAt: requestedAt + REQUEST_TTL_MS,
    description: kata?.description ?? null,
    complexity: kata?.complexity ?? null,
    versions: [...(request.offers ?? [{ version: kataVersion }])]
      .sort(byVersionDescending)
      .map(({ version }) => toPlainText(version, MAX_VERSION_CHARS)),
  };
}

export function toReceiptView(
  receipt: KataInstallReceipt,
  markOf: (realm: string) => RealmMark,
): ReceiptView {
  const { id, installedAt, checksumVerified, sourceHash, compiledHash, fromRealm } = receipt;
  return {
    id,
    qualifiedName: qualifiedName(fromRealm, receipt.kataName, receipt.kataVersion),
    realm: markOf(fromRealm),
    installedAt,
    installedBy: toPlainText(receipt.installedBy, 200),
    checksumVerified,
    sourceHash,
    compiledHash,
    trust: receipt.trust ?? null,
    requestId: receipt.requestId ?? null,
  };
}

export function toState(request: KataInstallRequest): ProposalState {
  const { status, installState, reason, failureCode, failureMessage } = request;
  if (status === "pending") return { kind: "pending" };
  if (status === "rejected") {
    if (reason === EXPIRED_REASON) return { kind: "expired" };
    return { kind: "rejected", reason: toPlainText(reason ?? "", 500) };
  }
  const by = request.approvedBy === undefined ? null : toPlainText(request.approvedBy, 200);
  const at = request.approvedAt ?? null;
  if (installState === "installed") return { kind: "installed", by, at };
  if (installState === "failed") {
    const message = toPlainText(failureMessage ?? "No reason was recorded.", 1000);
    return { kind: "failed", by, at, problem: { code: failureCode ?? "internal", message } };
  }
  return { kind: "installing", step: installState ?? "approved" };
}
