import { Database, type SQLQueryBindings } from "bun:sqlite";
import type { DatabaseAPI, DatabaseStatements, Row } from "./contract/database.ts";

/**
 * The one connection of a host, opened as the host opens it: no busy timeout, foreign keys off, not strict, so
 * that a missing parameter or a lone object binds as NULL.
 */
export class SharedDatabase implements DatabaseAPI {
  readonly #db: Database;

  /** Creates the file when it is missing. Throws when it cannot be opened. */
  constructor(path: string) {
    this.#db = new Database(path);
  }

  // Async without an await: the work is done and the promise settled when the caller gets it.
  async query<T = Row>(sql: string, params: unknown[] = []): Promise<T[]> {
    return this.#db.query<T, SQLQueryBindings[]>(sql).all(...(params as SQLQueryBindings[]));
  }

  async execute(sql: string, params: unknown[] = []): Promise<void> {
    this.#run(sql, params);
  }

  // BEGIN stands outside the try: a transaction refused because another is open must not roll that one back.
  async transaction<T>(fn: (tx: DatabaseStatements) => T | Promise<T>): Promise<T> {
    this.#run("BEGIN");
    try {
      const result = await fn({
        query: (sql, params) => this.query(sql, params),
        execute: (sql, params) => this.execute(sql, params),
      });
      this.#run("COMMIT");
      return result;
    } catch (error) {
      this.#run("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }

  #run(sql: string, params: unknown[] = []): void {
    this.#db.query(sql).run(...(params as SQLQueryBindings[]));
  }
}
