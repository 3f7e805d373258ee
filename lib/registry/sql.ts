import type { Database, SQLiteError } from "bun:sqlite";
import { RegistryBusyError } from "../errors.ts";

/** What a statement may be given. No `undefined` and no plain object: SQLite would store either as NULL. */
export type SqlValue = string | number | null | Uint8Array;

/** A row as it lies in the file: anybody can have edited it, so each column is checked before it is used. */
export type Row = Record<string, unknown>;

/**
 * All rows at once. No cursor stays open: an open one makes every other connection's write fail.
 *
 * @throws RegistryBusyError when another connection holds the file
 */
export function all(db: Database, sql: string, params: readonly SqlValue[] = []): Row[] {
  return mapBusy(() => statementOf(db, sql, params).all(...params));
}

/** The first row, undefined when there is none. Throws as {@link all}. */
export function first(db: Database, sql: string, params: readonly SqlValue[] = []): Row | undefined {
  return mapBusy(() => statementOf(db, sql, params).get(...params)) ?? undefined;
}

/** Runs a statement and returns how many rows it changed. Throws as {@link all}. */
export function run(db: Database, sql: string, params: readonly SqlValue[] = []): number {
  return mapBusy(() => statementOf(db, sql, params).run(...params).changes);
}

/** A number that a `SELECT count(…)` gave. */
export function count(db: Database, sql: string, params: readonly SqlValue[] = []): number {
  return Number(Object.values(first(db, sql, params) ?? {})[0] ?? 0);
}

function statementOf(db: Database, sql: string, params: readonly SqlValue[]) {
  const statement = db.query<Row, SqlValue[]>(sql);
  // Without parameters at all, Bun binds NULL to each of them, whether the database is strict or not.
  if (statement.paramsCount !== params.length) {
    throw new TypeError(`The statement takes ${statement.paramsCount} values, not ${params.length}: ${sql}`);
  }
  return statement;
}

function mapBusy<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    if (hasSqliteCode(error, "SQLITE_BUSY")) throw new RegistryBusyError({ cause: error });
    throw error;
  }
}

/** Whether SQLite failed with this code or one of its extended forms (`SQLITE_BUSY_SNAPSHOT`). */
export function hasSqliteCode(error: unknown, code: string): error is SQLiteError {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    (error.code === code || error.code.startsWith(`${code}_`))
  );
}
