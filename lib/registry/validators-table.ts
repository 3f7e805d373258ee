import type { Database } from "bun:sqlite";
import * as z from "zod";
import type { Realm } from "../model/realm.ts";
import type { TableSpec } from "./ensure-table.ts";
import { parseRow, withoutNulls } from "./row.ts";
import { first, run } from "./sql.ts";

/** What the next conditional request to a realm sends. It says that the index holds what the answer gave. */
export interface RealmValidator {
  etag?: string | undefined;
  /** Which of the realm's documents the tag belongs to: `realm.json` or `index.json`. */
  path?: string | undefined;
}

/** Beside the index on purpose: a rebuilt index must be fetched in full, whatever the server says. */
export const validatorsTable: TableSpec = {
  name: "realm_validators",
  key: ["realm_id"],
  columns: { realm_id: "TEXT PRIMARY KEY NOT NULL", url: "TEXT NOT NULL", etag: "TEXT", path: "TEXT" },
};

const validatorRowSchema = z
  .object({ etag: z.string().nullable(), path: z.string().nullable() })
  .transform((row): RealmValidator => withoutNulls(row));

/** Empty when none is stored, or when it is another address's: the realm has moved since. */
export function selectValidator(db: Database, realm: Pick<Realm, "id" | "url">): RealmValidator {
  const row = first(db, "SELECT etag, path FROM realm_validators WHERE realm_id = ? AND url = ?", [
    realm.id,
    realm.url ?? "",
  ]);
  return row === undefined ? {} : parseRow(validatorsTable.name, validatorRowSchema, row);
}

export function upsertValidator(
  db: Database,
  realm: Pick<Realm, "id" | "url">,
  validator: RealmValidator,
): void {
  run(
    db,
    `INSERT INTO realm_validators (realm_id, url, etag, path) VALUES (?, ?, ?, ?)
     ON CONFLICT (realm_id) DO UPDATE SET url = excluded.url, etag = excluded.etag, path = excluded.path`,
    [realm.id, realm.url ?? "", validator.etag ?? null, validator.path ?? null],
  );
}

export function deleteValidator(db: Database, realmId: string): void {
  run(db, "DELETE FROM realm_validators WHERE realm_id = ?", [realmId]);
}
