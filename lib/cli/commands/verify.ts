import { compileSource } from "../../install/compile.ts";
import { verifyInstalled } from "../../install/verify-installed.ts";
import { qualifiedName } from "../../model/kata.ts";
import type { KataDifference, ReceiptBreak, Verification } from "../../model/verification.ts";
import { readApprovalKey } from "../../runtime/approval-key.ts";
import { approvalKeyPath } from "../../runtime/paths.ts";
import { createReceiptHeads } from "../../runtime/receipt-heads.ts";
import { EXIT_DONE, EXIT_FAILED } from "../command-error.ts";
import type { CommandContext } from "../context.ts";
import { countOf, toFields, toParagraph } from "../format.ts";
import type { Report } from "../print.ts";
import { loadPublishingHost } from "../publishing-host.ts";

export interface VerifyOptions {
  /** A Ronin checkout to compile with. */
  ronin?: string | undefined;
}

/**
 * `realms verify`: whether every installed kata is what its receipt says and compiles to the same graph, and whether
 * the receipts are whole. Exit code 1 when anything differs.
 *
 * @throws CommandError `ronin_not_found`
 */
export async function verifyCommand(context: CommandContext, { ronin }: VerifyOptions): Promise<Report> {
  const host = await loadPublishingHost(ronin, context.around);
  const found = await verifyHere(context, (source) => JSON.stringify(compileSource(host, source)));
  return {
    lines: toLines(found, host.version),
    json: { ...found, isSound: isSound(found), compiledWith: host.version },
    exitCode: isSound(found) ? EXIT_DONE : EXIT_FAILED,
  };
}

/** What is installed, held against its receipts; without `compile` its bytes alone. */
export function verifyHere(
  { registry, host, around }: CommandContext,
  compile?: (source: string) => string,
): Promise<Verification> {
  const key = (): Uint8Array | undefined => readApprovalKey(approvalKeyPath(around.env));
  const heads = createReceiptHeads(host.databasePath, key, around.env);
  return verifyInstalled({ registry, heads, compile });
}

export function isSound({ altered, broken }: Verification): boolean {
  return altered.length === 0 && broken.length === 0;
}

/** One line: `3 katas as their receipts say`. */
export function toSummary({ katas, altered, broken }: Verification): string {
  const problems = [
    altered.length > 0 ? `${altered.length} of ${countOf(katas, "kata", "katas")} altered` : "",
    broken.length > 0 ? `receipts broken in ${countOf(broken.length, "place", "places")}` : "",
  ].filter((problem) => problem !== "");
  if (problems.length > 0) return problems.join(", ");
  return katas === 1 ? "1 kata as its receipt says" : `${katas} katas as their receipts say`;
}

const differenceWords: Record<KataDifference, string> = {
  missing: "The host has it no more.",
  unreadable: "The host's row cannot be read.",
  source_changed: "The host holds another source than was installed.",
  graph_changed: "The host holds another graph than was installed, and that is what runs.",
  compiles_otherwise:
    "The host holds what was installed, but the compiler makes another graph of it: Ronin was changed since, or the compiler is not the host's (--ronin names it).",
};

const breakWords: Record<ReceiptBreak, string> = {
  receipt_unreadable: "It cannot be read as a receipt.",
  receipt_changed: "It was changed after it was written.",
  receipt_removed:
    "Receipts are missing here: taken out, or an older copy of the database was put back. If that was you, remove the receipts-….json of this database beside the approval key; the end is then remembered anew.",
  receipt_added: "It stands where another receipt was.",
  older_changed: "Receipts from before the chain were changed, taken out or put in.",
  head_unproven:
    "What was remembered of the last receipt, in the folder of the approval key, was not written with this key. If you made a new key, remove the receipts-….json beside it.",
};

function toLines(found: Verification, version: string): string[] {
  return [
    ...toFields(
      [
        ["Installed", toSummary(found)],
        ["Compiled", `with Ronin ${version}`],
        ["Receipts", toReceipts(found)],
        [
          "Their end",
          found.isHeadKnown ? "known outside the database" : "not known outside the database yet",
        ],
      ],
      0,
    ),
    ...found.altered.flatMap((kata) => [
      "",
      ...toFields([
        ["kata", qualifiedName(kata.fromRealm, kata.kataName, kata.kataVersion)],
        ["receipt", kata.receiptId],
        ["differs", kata.difference],
      ]),
      ...toParagraph(differenceWords[kata.difference], 2),
    ]),
    ...found.broken.flatMap(({ problem, receiptId }) => [
      "",
      ...toFields([
        ["receipt", receiptId ?? "the last ones"],
        ["problem", problem],
      ]),
      ...toParagraph(breakWords[problem], 2),
    ]),
  ];
}

function toReceipts({ chained, older }: Verification): string {
  const chain = `${chained} in a chain`;
  return older === 0 ? chain : `${chain}, which begins after ${countOf(older, "older one", "older ones")}`;
}
