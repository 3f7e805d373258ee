import type { Database } from "bun:sqlite";
import type { KataInstallReceipt } from "../model/install.ts";
import { lengthPrefixed, sha256Hex } from "../trust/digest.ts";
import { type ChainLink, chainStart } from "../trust/receipt-chain.ts";
import { findReceipt } from "./receipts-table.ts";
import { all, first, type Row } from "./sql.ts";

/** A receipt as a link of the chain, and as a receipt where its row can be read as one. */
export interface ChainedReceipt extends ChainLink {
  receipt?: KataInstallReceipt | undefined;
}

/** What a receipt says, and what its hash covers. A column more would be another label in {@link hashOfRow}. */
const covered = [
  "id",
  "kata_name",
  "kata_version",
  "from_realm",
  "installed_at",
  "checksum_verified",
  "source_hash",
  "compiled_hash",
  "installed_by",
  "request_id",
  "trust",
  "chain_position",
  "previous_hash",
] as const;

/** The order in which receipts were written. A position that is no whole number is none. */
const inOrder = `SELECT *,
    CASE WHEN typeof(chain_position) = 'integer' AND chain_position BETWEEN 1 AND 9007199254740990
      THEN chain_position END AS link_position
  FROM kata_install_receipts`;

/**
 * Receipts, oldest first, those from before the chain in front. Rows that cannot be read are among them.
 *
 * @param from only those of the chain from this position on. Default: all
 */
export function selectReceiptChain(db: Database, from?: number): ChainedReceipt[] {
  return all(
    db,
    `${inOrder} WHERE ?1 IS NULL OR link_position >= ?1 ORDER BY link_position NULLS FIRST, rowid`,
    [from ?? null],
  ).map(toLink);
}

/** Where the next receipt goes, and the hash that it carries. Asked in the transaction that writes it. */
export function nextLink(db: Database): { position: number; previousHash: string } {
  const last = first(db, `${inOrder} WHERE link_position IS NOT NULL ORDER BY link_position DESC LIMIT 1`);
  if (last !== undefined) {
    return { position: Number(last.link_position) + 1, previousHash: hashOfRow(last) };
  }
  // Once in the life of a database: what was there before goes into the first link as one digest.
  return { position: 1, previousHash: chainStart(selectReceiptChain(db).map(({ hash }) => hash)) };
}

function toLink(row: Row): ChainedReceipt {
  const { link_position: position, previous_hash: previousHash } = row;
  return {
    id: String(row.id),
    hash: hashOfRow(row),
    ...(typeof position === "number" ? { position } : {}),
    ...(typeof previousHash === "string" ? { previousHash } : {}),
    receipt: findReceipt(row),
  };
}

/** Over the row as it lies in the file, each value with its type: an edited row has a hash too. */
function hashOfRow(row: Row): string {
  const fields = covered.map((column) => {
    const value = row[column];
    return value instanceof Uint8Array
      ? `blob ${Buffer.from(value).toString("hex")}`
      : `${typeof value} ${value}`;
  });
  return sha256Hex(lengthPrefixed(["ronin-realms receipt 1", ...fields]));
}
