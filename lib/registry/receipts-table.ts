import type { Database } from "bun:sqlite";
import * as z from "zod";
import type { KataInstallReceipt } from "../model/install.ts";
import { hashSchema, kataNameSchema, kataVersionSchema } from "../model/kata.ts";
import { realmIdSchema } from "../model/realm.ts";
import { trustLevels } from "../model/trust.ts";
import type { TableSpec } from "./ensure-table.ts";
import { limitSchema, parseInput, personSchema } from "./input.ts";
import { flagColumn, parseRow, withoutNulls } from "./row.ts";
import { all, count, type Row, run, type SqlValue } from "./sql.ts";
import { selectTrustLevels } from "./trust-table.ts";

export const receiptsTable: TableSpec = {
  name: "kata_install_receipts",
  key: ["id"],
  columns: {
    id: "TEXT PRIMARY KEY",
    kata_name: "TEXT NOT NULL",
    kata_version: "TEXT NOT NULL",
    from_realm: "TEXT NOT NULL",
    installed_at: "INTEGER NOT NULL",
    checksum_verified: "BOOLEAN NOT NULL",
    source_hash: "TEXT NOT NULL",
    compiled_hash: "TEXT NOT NULL",
    installed_by: "TEXT NOT NULL",
  },
  added: { request_id: "TEXT" },
};

/**
 * Receipts are an audit trail: SQLite itself refuses to change or delete one, whichever program asks. The third
 * trigger is for `INSERT OR REPLACE`, which deletes rows without firing delete triggers.
 */
export function protectReceipts(db: Database, table = receiptsTable.name): void {
  for (const event of ["UPDATE", "DELETE"]) {
    run(
      db,
      `CREATE TRIGGER IF NOT EXISTS ${table}_no_${event.toLowerCase()}
       BEFORE ${event} ON ${table}
       BEGIN SELECT raise(ABORT, 'receipts are only ever added'); END`,
    );
  }
  run(
    db,
    `CREATE TRIGGER IF NOT EXISTS ${table}_no_replace
     BEFORE INSERT ON ${table}
     WHEN EXISTS (SELECT 1 FROM ${table} WHERE id = NEW.id OR rowid = NEW.rowid)
     BEGIN SELECT raise(ABORT, 'receipts are only ever added'); END`,
  );
}

/** A receipt to be written: the registry gives it its id, its time, and what its realm was worth then. */
export type NewReceipt = Omit<KataInstallReceipt, "id" | "installedAt" | "trust">;

export const newReceiptSchema = z.object({
  kataName: kataNameSchema,
  kataVersion: kataVersionSchema,
  fromRealm: realmIdSchema,
  checksumVerified: z.boolean(),
  sourceHash: hashSchema,
  compiledHash: hashSchema,
  installedBy: personSchema,
});

/**
 * @param link where in the chain of receipts it goes
 * @param now milliseconds since 1970
 */
export function insertReceipt(
  db: Database,
  receipt: z.output<typeof newReceiptSchema>,
  requestId: string,
  link: { position: number; previousHash: string },
  now: number,
): KataInstallReceipt {
  const id = crypto.randomUUID();
  const trust = selectTrustLevels(db, now).get(receipt.fromRealm);
  run(
    db,
    `INSERT INTO kata_install_receipts (
       id, kata_name, kata_version, from_realm, installed_at, checksum_verified, source_hash, compiled_hash,
       installed_by, request_id, trust, chain_position, previous_hash
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      id,
      receipt.kataName,
      receipt.kataVersion,
      receipt.fromRealm,
      now,
      Number(receipt.checksumVerified),
      receipt.sourceHash,
      receipt.compiledHash,
      receipt.installedBy,
      requestId,
      trust ?? null,
      link.position,
      link.previousHash,
    ],
  );
  return { id, ...receipt, installedAt: now, requestId, ...(trust === undefined ? {} : { trust }) };
}

/** Which receipts to read. Without a field, any value will do. */
export interface ReceiptFilter {
  kataName?: string | undefined;
  kataVersion?: string | undefined;
  fromRealm?: string | undefined;
  requestId?: string | undefined;
  /** At most this many. Default: all. */
  limit?: number | undefined;
}

/** Newest first. */
export function selectReceipts(db: Database, filter: ReceiptFilter): KataInstallReceipt[] {
  const { kataName, kataVersion, fromRealm, requestId, limit } = parseInput(filterSchema, filter);
  const params: SqlValue[] = [kataName, kataVersion, fromRealm, requestId].map((value) => value ?? null);
  const rows = all(
    db,
    `SELECT * FROM kata_install_receipts
     WHERE (?1 IS NULL OR kata_name = ?1) AND (?2 IS NULL OR kata_version = ?2)
       AND (?3 IS NULL OR from_realm = ?3) AND (?4 IS NULL OR request_id = ?4)
     ORDER BY installed_at DESC, rowid DESC LIMIT ?5`,
    [...params, limit ?? -1],
  );
  return rows.map((row) => parseRow(receiptsTable.name, receiptRowSchema, row));
}

/** Of each kata, version and source the newest, newest first: a history of years is not read to see what stands. */
export function selectNewestReceipts(db: Database): KataInstallReceipt[] {
  return all(
    db,
    `SELECT * FROM kata_install_receipts WHERE rowid IN (
       SELECT max(rowid) FROM kata_install_receipts GROUP BY kata_name, kata_version, source_hash
     ) ORDER BY installed_at DESC, rowid DESC`,
  ).map((row) => parseRow(receiptsTable.name, receiptRowSchema, row));
}

/** The row as a receipt that this pack could have written; undefined for any other. */
export function findReceipt(row: Row): KataInstallReceipt | undefined {
  const read = receiptRowSchema.safeParse(row);
  return read.success && writtenSchema.safeParse(read.data).success ? read.data : undefined;
}

export function countReceipts(db: Database): number {
  return count(db, "SELECT count(*) FROM kata_install_receipts");
}

const writtenSchema = newReceiptSchema.extend({ id: z.uuid() });
const filterSchema = z.object({
  kataName: z.string().optional(),
  kataVersion: z.string().optional(),
  fromRealm: z.string().optional(),
  requestId: z.string().optional(),
  limit: limitSchema.optional(),
});

const receiptRowSchema = z
  .object({
    id: z.string(),
    kata_name: z.string(),
    kata_version: z.string(),
    from_realm: z.string(),
    installed_at: z.int(),
    checksum_verified: flagColumn,
    source_hash: z.string(),
    compiled_hash: z.string(),
    installed_by: z.string(),
    request_id: z.string().nullable(),
    trust: z.enum(trustLevels).nullable(),
  })
  .transform(
    (row): KataInstallReceipt =>
      withoutNulls({
        id: row.id,
        kataName: row.kata_name,
        kataVersion: row.kata_version,
        fromRealm: row.from_realm,
        installedAt: row.installed_at,
        checksumVerified: row.checksum_verified,
        sourceHash: row.source_hash,
        compiledHash: row.compiled_hash,
        installedBy: row.installed_by,
        requestId: row.request_id,
        trust: row.trust,
      }),
  );
