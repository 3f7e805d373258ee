import { createHmac, timingSafeEqual } from "node:crypto";
import type { BrokenReceipt } from "../model/verification.ts";
import { lengthPrefixed, sha256Hex } from "./digest.ts";

/** A receipt as a link: each carries the hash of the one before it. */
export interface ChainLink {
  id: string;
  /** SHA-256 over everything in its row. */
  hash: string;
  /** From 1 on. Missing for a receipt from before there was a chain. */
  position?: number | undefined;
  previousHash?: string | undefined;
}

/** The end of the chain as it was remembered outside the database. */
export interface ChainHead {
  position: number;
  hash: string;
}

/** What the first link carries: a digest of the receipts that are older than the chain. */
export function chainStart(older: readonly string[]): string {
  return sha256Hex(lengthPrefixed(["ronin-realms receipts 1", ...older]));
}

/**
 * Where the receipts do not fit together: one that was changed, taken out or put in between. The last one is
 * held by nothing but the head, and so is everything where somebody made all the hashes anew.
 *
 * @param links oldest first
 */
export function findBreaks(links: readonly ChainLink[], head: ChainHead | undefined): BrokenReceipt[] {
  const chained = links.filter((link) => link.position !== undefined);
  const older = links.filter((link) => link.position === undefined);
  const breaks: BrokenReceipt[] = [];
  let before: ChainLink | undefined;
  for (const link of chained) {
    const found = compareLinks(before, link, older);
    if (found !== undefined) breaks.push(found);
    before = link;
  }
  const atHead = head && chained.find(({ position }) => position === head.position);
  if (head !== undefined && atHead === undefined) breaks.push({ problem: "receipt_removed" });
  if (atHead !== undefined && atHead.hash !== head?.hash) {
    breaks.push({ problem: "receipt_changed", receiptId: atHead.id });
  }
  return breaks;
}

function compareLinks(
  before: ChainLink | undefined,
  link: ChainLink,
  older: readonly ChainLink[],
): BrokenReceipt | undefined {
  const expected = (before?.position ?? 0) + 1;
  const position = link.position ?? 0;
  if (position < expected) return { problem: "receipt_added", receiptId: link.id };
  if (position > expected) return { problem: "receipt_removed", receiptId: link.id };
  if (before === undefined) {
    const isSame = link.previousHash === chainStart(older.map(({ hash }) => hash));
    return isSame ? undefined : { problem: "older_changed" };
  }
  return link.previousHash === before.hash ? undefined : { problem: "receipt_changed", receiptId: before.id };
}

/**
 * Whether these links go on from the head without a break.
 *
 * @param links those from the head's position on; all of them where there is no head
 */
export function isContinued(links: readonly ChainLink[], head: ChainHead | undefined): boolean {
  if (head === undefined) return findBreaks(links, undefined).length === 0;
  const [first, ...others] = links;
  if (first?.position !== head.position || first.hash !== head.hash) return false;
  return others.every((link, at) => compareLinks(links[at], link, []) === undefined);
}

/** HMAC-SHA-256 under a head, as 64 hex digits: who can write a file cannot yet make one. */
export function headMac(head: ChainHead, database: string, key: Uint8Array): string {
  const fields = ["ronin-realms receipts head 1", database, String(head.position), head.hash];
  return createHmac("sha256", key).update(lengthPrefixed(fields)).digest("hex");
}

/** Whether the holder of the key remembered this head, of this database. */
export function isHeadGenuine(head: ChainHead, mac: string, database: string, key: Uint8Array): boolean {
  const expected = Buffer.from(headMac(head, database, key), "hex");
  const given = Buffer.from(mac, "hex");
  return given.byteLength === expected.byteLength && timingSafeEqual(expected, given);
}
