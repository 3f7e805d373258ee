import type { HistoryEntry, ReceiptView } from "../../desk/shown.ts";
import { alreadyRejected, awaitInstall } from "../await-install.ts";
import { CommandError } from "../command-error.ts";
import type { DeskContext } from "../desk/with-desk.ts";
import { getProposal, labelOf } from "../find-proposal.ts";
import { roninIsDown } from "../host-client.ts";
import { toPersonName } from "../person-name.ts";
import { type PickOptions, pickVersion } from "../pick-version.ts";
import type { Report } from "../print.ts";
import { toReceiptLines } from "../receipt-lines.ts";

export interface ApproveOptions extends PickOptions {
  as?: string | undefined;
}

/**
 * `realms approve <id>`: shows what would be installed, asks, hands the decision to the running Ronin's page and
 * waits for the receipt. Approving again what is installed or under way only reports.
 *
 * @throws CommandError with most codes; PageError for what the page refuses
 */
export async function approveRequest(
  context: DeskContext,
  given: string,
  options: ApproveOptions,
): Promise<Report> {
  const { desk, around, host } = context;
  const by = toPersonName(options.as, around);
  verifyCanAsk(context, given, options);
  const { id } = await getProposal(desk, given);
  const { proposal } = await desk.entry(id);
  if (proposal.state.kind === "rejected" || proposal.state.kind === "expired")
    throw alreadyRejected(proposal);
  if (proposal.state.kind !== "pending") return toReport(await awaitInstall(context, id));
  if (desk.via === "files") throw roninIsDown(host.port);

  const { version, planHash } = await pickVersion(context, id, options);
  const { acceptOtherCompiler = false, acceptStale = false } = options;
  await desk.approve(id, { version, planHash, by, acceptOtherCompiler, acceptStale });
  context.say(["", `Approved ${labelOf(proposal, version)} as ${by}. Waiting for Ronin to install it.`, ""]);
  const entry = await awaitInstall(context, id);
  verifyOurs(entry, by, version);
  return toReport(entry);
}

/** A decision without anyone to ask has to be asked for in so many words. */
function verifyCanAsk({ around, isJson }: DeskContext, given: string, { yes }: ApproveOptions): void {
  if (yes === true || (around.isTTY && !isJson)) return;
  const why = isJson ? "--json prints one document and cannot ask" : "There is no terminal to ask on";
  throw new CommandError(
    "usage",
    `${why}.\nLook at it with:  realms show ${given}\nThen approve it:  realms approve ${given} --yes`,
  );
}

/** What somebody else approved in the same moment is not reported as this approval. */
function verifyOurs({ proposal }: HistoryEntry, by: string, version: string): void {
  const { state, kataVersion } = proposal;
  if (state.kind === "installed" && state.by === by && kataVersion === version) return;
  throw new CommandError(
    "already_decided",
    `${labelOf(proposal)} was approved by somebody else meanwhile: realms show ${proposal.id}`,
  );
}

function toReport({ proposal, receipts }: HistoryEntry): Report {
  return {
    lines: [`Installed ${labelOf(proposal)}.`, "", ...toInstalledLines(labelOf(proposal), receipts)],
    json: { outcome: "installed", proposal, receipts },
  };
}

/** The kata's own receipt in full, and the required katas that came with it by name. */
function toInstalledLines(label: string, receipts: readonly ReceiptView[]): string[] {
  const others = receipts.map(({ qualifiedName }) => qualifiedName).filter((name) => name !== label);
  return receipts
    .filter(({ qualifiedName }) => qualifiedName === label)
    .flatMap((receipt) => toReceiptLines(receipt, [["with", others.reverse()]]));
}
