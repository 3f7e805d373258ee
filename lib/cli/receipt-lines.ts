import type { ReceiptView } from "../desk/shown.ts";
import type { KataInstallReceipt } from "../model/install.ts";
import { qualifiedName } from "../model/kata.ts";
import { type Field, toFields, toIsoTime } from "./format.ts";

/** A receipt in full: what was installed, from where, when, as which bytes, and who said so. */
export function toReceiptLines(receipt: KataInstallReceipt, more: readonly Field[] = []): string[] {
  const { fromRealm, kataName, kataVersion, trust = null, requestId = null } = receipt;
  const label = qualifiedName(fromRealm, kataName, kataVersion);
  return toReceiptViewLines(
    { ...receipt, qualifiedName: label, realm: { id: fromRealm }, trust, requestId },
    more,
  );
}

/** As {@link toReceiptLines}, of what the desk shows. */
export function toReceiptViewLines(
  receipt: Omit<ReceiptView, "realm"> & { realm: Pick<ReceiptView["realm"], "id"> },
  more: readonly Field[] = [],
): string[] {
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
