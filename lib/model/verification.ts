/** How an installed kata can differ from its receipt. The first that applies is told. */
export const kataDifferences = [
  "missing",
  "unreadable",
  "source_changed",
  "graph_changed",
  "compiles_otherwise",
] as const;

export type KataDifference = (typeof kataDifferences)[number];

/** What can be wrong with the receipts as a whole. */
export const receiptBreaks = [
  "receipt_unreadable",
  "receipt_changed",
  "receipt_removed",
  "receipt_added",
  "older_changed",
  "head_unproven",
] as const;

export type ReceiptBreak = (typeof receiptBreaks)[number];

/** An installed kata that is not what its receipt says. */
export interface AlteredKata {
  kataName: string;
  kataVersion: string;
  fromRealm: string;
  receiptId: string;
  difference: KataDifference;
}

/** A place where the receipts do not fit together. */
export interface BrokenReceipt {
  problem: ReceiptBreak;
  /** The receipt at fault, or the first one behind the gap; missing where none is left to name. */
  receiptId?: string;
}

/** What was found when everything installed was held against its receipts. */
export interface Verification {
  /** Installed katas that were looked at. */
  katas: number;
  altered: AlteredKata[];
  /** Receipts in the chain, and those from before there was one. */
  chained: number;
  older: number;
  broken: BrokenReceipt[];
  /** Whether the end of the chain was remembered outside the database. */
  isHeadKnown: boolean;
  /** Whether the katas were compiled again, or only their bytes compared. */
  isCompiled: boolean;
}
