import type { Database } from "bun:sqlite";
import { run } from "./sql.ts";

/**
 * Runs `change` as one short transaction that has the write lock from its first statement: all of it is
 * committed, or none of it when it throws.
 *
 * An async function does not compile: its transaction would be committed at the first `await`, and until then
 * every write of the host would fail.
 *
 * @throws RegistryBusyError when another connection holds the lock; then nothing was written
 */
export function write<Result>(db: Database, change: (() => Result) & Synchronous<Result>): Result {
  run(db, "BEGIN IMMEDIATE");
  try {
    const result = change();
    if (result instanceof Promise) throw new TypeError("A transaction must be synchronous.");
    run(db, "COMMIT");
    return result;
  } catch (error) {
    // A COMMIT that met another reader leaves the transaction open; some errors end it by themselves.
    if (db.inTransaction) run(db, "ROLLBACK");
    throw error;
  }
}

/** What a result that is a promise, or may be one, cannot satisfy. */
type Synchronous<Result> = [Extract<Result, PromiseLike<unknown>>] extends [never]
  ? unknown
  : "a transaction must be synchronous";
