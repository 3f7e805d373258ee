import type { ReceiptView } from "../desk/shown.ts";
import { type Field, toFields, toIsoTime } from "./format.ts";

/** A receipt in full: what was installed, from where, when, as which bytes, and who said so. */
export function toReceiptLines(receipt: ReceiptView, more: readonly Field[] = []): string[] {
  const { realm, trust } = receipt;
  return toFields([
    ["receipt", receipt.id],
    ["kata", receipt.qualifiedName],
    ["realm", trust === null ? realm.id : `${realm.id} (${trust})`],
    ["installed", toIsoTime(receipt.installedAt)],
    ["by", receipt.installedBy],
    ["source", receipt.sourceHash],
    ["compiled", receipt.compiledHash],
    [
      "checksum",
      receipt.checksumVerified ? "verified" : "not verified: another Ronin version's compiler was accepted",
    ],
    ["request", receipt.requestId ?? undefined],
    ...more,
  ]);
}
