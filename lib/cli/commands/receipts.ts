import type { DeskContext } from "../desk/with-desk.ts";
import { countOf } from "../format.ts";
import type { Report } from "../print.ts";
import { toReceiptLines } from "../receipt-lines.ts";

/** `realms receipts`: what was installed, newest first. */
export async function listReceipts({ desk }: Pick<DeskContext, "desk">): Promise<Report> {
  const { receipts } = await desk.receipts();
  if (receipts.length === 0) {
    return {
      lines: ["Nothing was installed from a realm yet.", "What waits for a decision:  realms pending"],
      json: { receipts },
    };
  }
  return {
    lines: [
      `${countOf(receipts.length, "receipt", "receipts")}, newest first.`,
      ...receipts.flatMap((receipt) => ["", ...toReceiptLines(receipt)]),
    ],
    json: { receipts },
  };
}
