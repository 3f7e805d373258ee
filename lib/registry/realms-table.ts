import type { Database } from "bun:sqlite";
import * as z from "zod";
import { RegistryError } from "../errors.ts";
import { byRealmOrder, type Realm } from "../model/realm.ts";
import type { TableSpec } from "./ensure-table.ts";
import { flagColumn, jsonColumn, parseRow, withoutNulls } from "./row.ts";
import { all, first, run } from "./sql.ts";

export const realmsTable: TableSpec = {
  name: "realms",
  key: ["id"],
  columns: {
    id: "TEXT PRIMARY KEY",
    name: "TEXT NOT NULL",
    type: "TEXT NOT NULL",
    enabled: "BOOLEAN",
    url: "TEXT",
    api_key: "TEXT",
    created_at: "INTEGER",
    last_synced_at: "INTEGER",
    cache_strategy: "TEXT",
    cache_ttl: "INTEGER",
  },
  added: {
    api_key_env: "TEXT",
    names: "TEXT",
    root: "TEXT",
    from_config: "BOOLEAN",
    last_attempt_at: "INTEGER",
    failure_code: "TEXT",
    failure_message: "TEXT",
  },
};

const time = z.int().nullable();
const text = z.string().nullable();

/** Types only. A row that the host wrote need not pass our rules for addresses; the realm client checks those. */
const realmRowSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.enum(["custom", "central", "local"]),
    enabled: flagColumn,
    url: text,
    mirrors: jsonColumn(z.array(z.string())).nullable(),
    created_at: time,
    last_synced_at: time,
    cache_strategy: z.enum(["eager", "lazy", "none"]).nullable(),
    cache_ttl: z.int().nullable(),
    api_key_env: text,
    names: jsonColumn(z.array(z.string())).nullable(),
    root: text,
    from_config: flagColumn.nullable(),
  })
  .transform(
    (row): Realm =>
      withoutNulls({
        id: row.id,
        name: row.name,
        type: row.type,
        url: row.url,
        mirrors: row.mirrors,
        enabled: row.enabled,
        createdAt: row.created_at,
        lastSyncedAt: row.last_synced_at,
        cacheStrategy: row.cache_strategy,
        cacheTtl: row.cache_ttl,
        apiKeyEnv: row.api_key_env,
        names: row.names,
        root: row.root,
        fromConfig: row.from_config ? true : null,
      }),
  );

/** Every column of a realm but `api_key`: what is not read cannot leak. */
const publicColumns =
  "id, name, type, enabled, url, mirrors, created_at, last_synced_at, cache_strategy, cache_ttl, api_key_env, names, root, from_config";

/** All realms: custom, central, local. */
export function selectRealms(db: Database): Realm[] {
  const rows = all(db, `SELECT ${publicColumns} FROM realms`);
  return rows.map((row) => parseRow(realmsTable.name, realmRowSchema, row)).sort(byRealmOrder);
}

export function selectRealm(db: Database, id: string): Realm | undefined {
  const row = first(db, `SELECT ${publicColumns} FROM realms WHERE id = ?`, [id]);
  return row === undefined ? undefined : parseRow(realmsTable.name, realmRowSchema, row);
}

/** @throws RegistryError `unknown_realm` */
export function getRealm(db: Database, id: string): Realm {
  const realm = selectRealm(db, id);
  if (realm === undefined) throw unknownRealm(id);
  return realm;
}

export function selectApiKey(db: Database, id: string): string | undefined {
  const key = first(db, "SELECT api_key FROM realms WHERE id = ?", [id])?.api_key;
  return typeof key === "string" ? key : undefined;
}

/** Adds or replaces a realm; its creation time and last sync stay. */
export function upsertRealm(db: Database, realm: Realm, now: number): void {
  run(
    db,
    `INSERT INTO realms (
       id, name, type, enabled, url, mirrors, api_key, created_at, last_synced_at, cache_strategy, cache_ttl,
       api_key_env, names, root, from_config
     ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET
       name = excluded.name, type = excluded.type, enabled = excluded.enabled, url = excluded.url,
       mirrors = excluded.mirrors, api_key = excluded.api_key, created_at = coalesce(realms.created_at, excluded.created_at),
       cache_strategy = excluded.cache_strategy, cache_ttl = excluded.cache_ttl,
       api_key_env = excluded.api_key_env, names = excluded.names, root = excluded.root,
       from_config = excluded.from_config`,
    [
      realm.id,
      realm.name,
      realm.type,
      Number(realm.enabled),
      realm.url ?? null,
      realm.mirrors === undefined ? null : JSON.stringify(realm.mirrors),
      realm.apiKey ?? null,
      realm.createdAt ?? now,
      realm.lastSyncedAt ?? null,
      realm.cacheStrategy ?? null,
      realm.cacheTtl ?? null,
      realm.apiKeyEnv ?? null,
      realm.names === undefined ? null : JSON.stringify(realm.names),
      realm.root ?? null,
      Number(realm.fromConfig === true),
    ],
  );
}

/** @throws RegistryError `unknown_realm` */
export function updateEnabled(db: Database, id: string, enabled: boolean): void {
  if (run(db, "UPDATE realms SET enabled = ? WHERE id = ?", [Number(enabled), id]) === 0)
    throw unknownRealm(id);
}

/** @throws RegistryError `unknown_realm` */
export function deleteRealm(db: Database, id: string): void {
  if (run(db, "DELETE FROM realms WHERE id = ?", [id]) === 0) throw unknownRealm(id);
}

export function unknownRealm(id: string): RegistryError {
  return new RegistryError("unknown_realm", `No realm has the id ${JSON.stringify(id)}.`);
}
