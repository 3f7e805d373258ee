import { readOfferedVersions } from "../../install/offered-versions.ts";
import { toApprovedEvent } from "../../install/sign-decision.ts";
import type { KataInstallReceipt, KataInstallRequest } from "../../model/install.ts";
import { qualifiedName } from "../../model/kata.ts";
import { retryBusy } from "../../registry/retry.ts";
import { createSigner, toPersonName } from "../approval.ts";
import { CommandError } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { findRequestById, labelOf } from "../find-request.ts";
import { followRequest } from "../follow.ts";
import { sendDecision } from "../host-client.ts";
import { toOutcomeError } from "../outcome.ts";
import { type PickOptions, pickVersion } from "../pick-version.ts";
import type { Report } from "../print.ts";
import { toReceiptLines } from "../receipt-lines.ts";

export interface ApproveOptions extends PickOptions {
  as?: string | undefined;
  acceptOtherCompiler?: boolean | undefined;
}

/**
 * `realms approve <id>`: shows what would be installed, asks, signs the decision with the approval key, hands it
 * to the running host and waits for the receipt. Approving again what is installed or under way only reports.
 *
 * @throws CommandError with every code but `database_not_found`; ApprovalError when the key cannot be used
 */
export async function approveRequest(
  context: CommandContext,
  id: string,
  options: ApproveOptions,
): Promise<Report> {
  const { registry, host, around } = context;
  const approvedBy = toPersonName(options.as, around);
  verifyCanAsk(context, id, options);
  const request = await retryBusy(() => findRequestById(registry, id));
  if (request.status !== "pending") return await reportDecided(context, request);

  const sign = createSigner(host, around);
  const versions = await retryBusy(() => readOfferedVersions(registry, request));
  const offered = await pickVersion(context, request, versions, options);
  const approval = {
    by: approvedBy,
    version: offered.version,
    offer: offered.offer,
    acceptOtherCompiler: options.acceptOtherCompiler === true,
  };
  await sendDecision(host.port, "kata.user_approved", toApprovedEvent(request, approval, sign));
  context.say([
    "",
    `Approved ${labelOf(request, offered.version)} as ${approvedBy}. Waiting for Ronin to install it.`,
    "",
  ]);
  return await reportOutcome(context, request, { approvedBy, kataVersion: offered.version });
}

/** A decision without anyone to ask has to be asked for in so many words. */
function verifyCanAsk({ around, isJson }: CommandContext, id: string, { yes }: ApproveOptions): void {
  if (yes === true || (around.isTTY && !isJson)) return;
  const why = isJson ? "--json prints one document and cannot ask" : "There is no terminal to ask on";
  throw new CommandError(
    "usage",
    `${why}.\nLook at it with:  realms show ${id}\nThen approve it:  realms approve ${id} --yes`,
  );
}

async function reportDecided(context: CommandContext, request: KataInstallRequest): Promise<Report> {
  if (request.status === "rejected") {
    throw new CommandError(
      "already_decided",
      `${labelOf(request)} was rejected: ${request.reason ?? "no reason given"}.\nA new request is needed; agents open one when they ask again.`,
    );
  }
  return await reportOutcome(context, request, {});
}

type Approval = Partial<Pick<KataInstallRequest, "approvedBy" | "kataVersion">>;

/** Waits for the end. What somebody else approved in the same moment is not reported as this approval. */
async function reportOutcome(
  context: CommandContext,
  decided: KataInstallRequest,
  given: Approval,
): Promise<Report> {
  const outcome = await followRequest(context, decided);
  const { request, progress } = outcome;
  const isOurs =
    (given.approvedBy ?? request.approvedBy) === request.approvedBy &&
    (given.kataVersion ?? request.kataVersion) === request.kataVersion;
  if (progress !== "installed" || !isOurs) throw toOutcomeError(outcome, context);
  const receipts = await retryBusy(() => context.registry.getReceipts({ requestId: request.id }));
  return {
    lines: [`Installed ${labelOf(request)}.`, "", ...toInstalledLines(request, receipts)],
    json: { outcome: "installed", request, receipts },
  };
}

/** The kata's own receipt in full, and the required katas that came with it by name. */
function toInstalledLines(request: KataInstallRequest, receipts: readonly KataInstallReceipt[]): string[] {
  const isOwn = (receipt: KataInstallReceipt): boolean =>
    receipt.kataName === request.kataName && receipt.kataVersion === request.kataVersion;
  const others = receipts
    .filter((receipt) => !isOwn(receipt))
    .map((receipt) => qualifiedName(receipt.fromRealm, receipt.kataName, receipt.kataVersion))
    .reverse();
  return receipts.filter(isOwn).flatMap((receipt) => toReceiptLines(receipt, [["with", others]]));
}
