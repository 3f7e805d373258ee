import type { KataInstallReceipt } from "../model/install.ts";
import { qualifiedName } from "../model/kata.ts";
import { type Field, toFields, toIsoTime } from "./format.ts";

/** A receipt in full: what was installed, from where, when, as which bytes, and who said so. */
export function toReceiptLines(receipt: KataInstallReceipt, more: readonly Field[] = []): string[] {
  return toFields([
    ["receipt", receipt.id],
    ["kata", qualifiedName(receipt.fromRealm, receipt.kataName, receipt.kataVersion)],
    ["realm", receipt.trust === undefined ? receipt.fromRealm : `${receipt.fromRealm} (${receipt.trust})`],
    ["installed", toIsoTime(receipt.installedAt)],
    ["by", receipt.installedBy],
    ["source", receipt.sourceHash],
    ["compiled", receipt.compiledHash],
    [
      "checksum",
      receipt.checksumVerified ? "verified" : "not verified: another Ronin version's compiler was accepted",
    ],
    ["request", receipt.requestId],
    ...more,
  ]);
}
