import type { Database } from "bun:sqlite";
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { RealmError, RegistryError } from "../errors.ts";
import type { TrustLevel } from "../model/trust.ts";
import { type RealmTrust, raiseTrust, realmTrustSchema, trustLevelOf } from "../trust/trust-level.ts";
import type { TableSpec } from "./ensure-table.ts";
import { parseInput } from "./input.ts";
import { parseRow } from "./row.ts";
import { all, first, type Row, run } from "./sql.ts";
import { write } from "./write.ts";

/**
 * What each realm was found to be, with the lowest state it may show. In the records and not beside the index,
 * which anybody may delete. A realm that is removed keeps its row: else removing it and adding it again would
 * make an unsigned copy of it as good as new.
 */
export const trustTable: TableSpec = {
  name: "realm_trust",
  key: ["realm_id"],
  columns: {
    realm_id: "TEXT PRIMARY KEY NOT NULL",
    trust: "TEXT NOT NULL",
    root: "TEXT",
    current_root: "TEXT",
    root_version: "INTEGER",
    timestamp_version: "INTEGER",
    snapshot_version: "INTEGER",
    targets_version: "INTEGER",
    timestamp_keys: "TEXT",
    snapshot_keys: "TEXT",
    seq: "INTEGER",
    /** Milliseconds since 1970, as every time here. */
    expires_at: "INTEGER",
    seen_at: "INTEGER NOT NULL",
  },
};

const trustRowSchema = z
  .object({ trust: z.string(), seq: z.unknown(), root: z.unknown() })
  .loose()
  .transform((row): unknown => ({
    trust: row.trust,
    root: row.root,
    currentRoot: row.current_root,
    versions: {
      root: row.root_version,
      timestamp: row.timestamp_version,
      snapshot: row.snapshot_version,
      targets: row.targets_version,
    },
    keys: { timestamp: row.timestamp_keys, snapshot: row.snapshot_keys },
    seq: row.seq,
    expiresAt: row.expires_at,
  }))
  .pipe(realmTrustSchema);

/** @throws RegistryError `invalid_input` for a row that was edited: a floor that cannot be read is no floor */
export function selectTrust(db: Database, realmId: string): RealmTrust | undefined {
  const row = first(db, "SELECT * FROM realm_trust WHERE realm_id = ?", [realmId]);
  return row === undefined ? undefined : parseTrust(row);
}

/**
 * Raises what is remembered to what a sync has found.
 *
 * @throws RegistryError `invalid_transition` for an unsigned realm that was signed before; `invalid_input`
 */
export function recordTrust(db: Database, realmId: string, given: RealmTrust, now: number): RealmTrust {
  const seen = parseInput(realmTrustSchema, given, ["trust"]);
  return write(db, () => {
    const known = selectTrust(db, realmId);
    const raised = raise(known, seen);
    // Most syncs find what is known.
    if (!isDeepStrictEqual(known, raised)) upsertTrust(db, realmId, raised, now);
    return raised;
  });
}

/** The level of each realm that has one, at this moment. */
export function selectTrustLevels(db: Database, now: number): Map<string, TrustLevel> {
  const rows = all(
    db,
    `SELECT realm_trust.*, realms.failure_code FROM realm_trust LEFT JOIN realms ON realms.id = realm_trust.realm_id`,
  );
  return new Map(rows.map((row) => [String(row.realm_id), toLevel(row, now)]));
}

/** Forgets one realm. Returns what was remembered. */
export function deleteTrust(db: Database, realmId: string): RealmTrust | undefined {
  const trust = selectTrust(db, realmId);
  run(db, "DELETE FROM realm_trust WHERE realm_id = ?", [realmId]);
  return trust;
}

function parseTrust(row: Row): RealmTrust {
  return parseRow(trustTable.name, trustRowSchema, row);
}

/** A row that was edited until it cannot be read spoils no list of realms, and nothing new is installed by it. */
function toLevel(row: Row, now: number): TrustLevel {
  const trust = trustRowSchema.safeParse(row);
  if (!trust.success) return "stale";
  const lastFailure = typeof row.failure_code === "string" ? row.failure_code : undefined;
  return trustLevelOf(trust.data, { now, lastFailure });
}

function raise(known: RealmTrust | undefined, seen: RealmTrust): RealmTrust {
  try {
    return raiseTrust(known, seen);
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    throw new RegistryError("invalid_transition", error.message, { cause: error });
  }
}

function upsertTrust(db: Database, realmId: string, trust: RealmTrust, now: number): void {
  const signed = trust.trust === "unsigned" ? undefined : trust;
  run(
    db,
    `INSERT INTO realm_trust (
       realm_id, trust, root, current_root, root_version, timestamp_version, snapshot_version, targets_version,
       timestamp_keys, snapshot_keys, seq, expires_at, seen_at
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (realm_id) DO UPDATE SET
       trust = excluded.trust, root = excluded.root, current_root = excluded.current_root,
       root_version = excluded.root_version, timestamp_version = excluded.timestamp_version,
       snapshot_version = excluded.snapshot_version, targets_version = excluded.targets_version,
       timestamp_keys = excluded.timestamp_keys, snapshot_keys = excluded.snapshot_keys,
       seq = excluded.seq, expires_at = excluded.expires_at, seen_at = excluded.seen_at`,
    [
      realmId,
      trust.trust,
      signed?.root ?? null,
      signed?.currentRoot ?? null,
      signed?.versions.root ?? null,
      signed?.versions.timestamp ?? null,
      signed?.versions.snapshot ?? null,
      signed?.versions.targets ?? null,
      signed?.keys.timestamp ?? null,
      signed?.keys.snapshot ?? null,
      signed?.seq ?? null,
      signed?.expiresAt ?? null,
      now,
    ],
  );
}
