import type { Database } from "bun:sqlite";
import * as z from "zod";
import { RegistryError } from "../errors.ts";
import { sha256Hex } from "../trust/digest.ts";
import type { TableSpec } from "./ensure-table.ts";
import { selectHostKata } from "./host-katas.ts";
import { parseInput, personSchema } from "./input.ts";
import { selectReceipts } from "./receipts-table.ts";
import { parseRow } from "./row.ts";
import { all, run } from "./sql.ts";
import { write } from "./write.ts";

/** Proof that a person took a kata out: the counterpart of a receipt, and only ever added. */
export interface KataRemoval {
  id: string;
  kataName: string;
  kataVersion: string;
  fromRealm: string;
  sourceHash: string;
  /** The receipt of the install that this ends. */
  receiptId: string;
  /** Milliseconds since 1970. */
  removedAt: number;
  removedBy: string;
}

export const removalsTable: TableSpec = {
  name: "kata_removals",
  key: ["id"],
  columns: {
    id: "TEXT PRIMARY KEY NOT NULL",
    kata_name: "TEXT NOT NULL",
    kata_version: "TEXT NOT NULL",
    from_realm: "TEXT NOT NULL",
    source_hash: "TEXT NOT NULL",
    receipt_id: "TEXT NOT NULL",
    removed_at: "INTEGER NOT NULL",
    removed_by: "TEXT NOT NULL",
  },
};

/**
 * Takes a kata out of the host's own table, which the host's registry cannot do. This is the one place where a
 * table of the host is written to: only a row whose source is byte for byte what a receipt of ours names, and
 * together with the record of it or not at all. Source and receipt stay.
 *
 * @throws RegistryError `unknown_kata` when the host has none, or none of ours; `host_changed` when its source is
 *   not the receipt's; `invalid_input`
 */
export function removeHostKata(
  db: Database,
  kata: { name: string; version: string },
  by: string,
  now: number,
): KataRemoval {
  const removedBy = parseInput(personSchema, by, ["by"]);
  return write(db, () => {
    const { name, version } = kata;
    const stored = selectHostKata(db, name, version);
    if (stored === undefined) {
      throw new RegistryError("unknown_kata", `The host has no kata ${name} ${version}.`);
    }
    const receipts = selectReceipts(db, { kataName: name, kataVersion: version });
    if (receipts.length === 0) {
      throw new RegistryError("unknown_kata", `${name} ${version} was not installed by this pack.`);
    }
    const sourceHash = sha256Hex(stored.source);
    const receipt = receipts.find((one) => one.sourceHash === sourceHash);
    if (receipt === undefined) {
      throw new RegistryError(
        "host_changed",
        `What the host has as ${name} ${version} is not what was installed. It is left alone.`,
      );
    }
    run(db, "DELETE FROM kata_definitions WHERE name = ? AND version = ? AND source_code = ?", [
      name,
      version,
      stored.source,
    ]);
    return insertRemoval(db, {
      id: crypto.randomUUID(),
      kataName: name,
      kataVersion: version,
      fromRealm: receipt.fromRealm,
      sourceHash,
      receiptId: receipt.id,
      removedAt: now,
      removedBy,
    });
  });
}

/** Newest first. */
export function selectRemovals(db: Database): KataRemoval[] {
  return all(db, "SELECT * FROM kata_removals ORDER BY removed_at DESC, rowid DESC").map((row) =>
    parseRow(removalsTable.name, removalRowSchema, row),
  );
}

function insertRemoval(db: Database, removal: KataRemoval): KataRemoval {
  run(
    db,
    `INSERT INTO kata_removals (
       id, kata_name, kata_version, from_realm, source_hash, receipt_id, removed_at, removed_by
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      removal.id,
      removal.kataName,
      removal.kataVersion,
      removal.fromRealm,
      removal.sourceHash,
      removal.receiptId,
      removal.removedAt,
      removal.removedBy,
    ],
  );
  return removal;
}

const removalRowSchema = z
  .object({
    id: z.string(),
    kata_name: z.string(),
    kata_version: z.string(),
    from_realm: z.string(),
    source_hash: z.string(),
    receipt_id: z.string(),
    removed_at: z.int(),
    removed_by: z.string(),
  })
  .transform(
    (row): KataRemoval => ({
      id: row.id,
      kataName: row.kata_name,
      kataVersion: row.kata_version,
      fromRealm: row.from_realm,
      sourceHash: row.source_hash,
      receiptId: row.receipt_id,
      removedAt: row.removed_at,
      removedBy: row.removed_by,
    }),
  );
