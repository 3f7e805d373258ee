import type { ReceiptView } from "../view-models.ts";
import { facts, moment, realmLine } from "./bits.ts";
import { type Html, html } from "./html.ts";
import { sayTrust } from "./words.ts";

/** Proofs of what was installed, folded: each is read when something is in doubt. */
export function receiptList(receipts: readonly ReceiptView[]): Html {
  return html`<ul>${receipts.map((receipt) => html`<li>${receiptDetails(receipt)}</li>`)}</ul>`;
}

function receiptDetails(receipt: ReceiptView): Html {
  const { realm, trust, checksumVerified } = receipt;
  return html`<details><summary>Receipt of <code>${receipt.qualifiedName}</code></summary>
${facts([
  ["Receipt", html`<code>${receipt.id}</code>`],
  ["Installed", moment(receipt.installedAt)],
  ["By", receipt.installedBy],
  ["Realm", realmLine(realm)],
  ["Trust then", trust === null ? null : sayTrust({ type: realm.type, trust }).word],
  ["Checksum", checksumVerified ? "verified" : "compiled by another Ronin version, accepted by a person"],
  ["Source SHA-256", html`<code>${receipt.sourceHash}</code>`],
  ["Compiled SHA-256", html`<code>${receipt.compiledHash}</code>`],
])}</details>`;
}
