/** One row as bun:sqlite gives it: columns by name. */
export type Row = Record<string, unknown>;

/**
 * One connection that all agents share. Statements run when the method is called; the promise is settled when it is
 * returned. Only the first statement of a string runs, and a lone object among the parameters binds as NULL.
 */
export interface DatabaseStatements {
  query<T = Row>(sql: string, params?: unknown[]): Promise<T[]>;
  execute(sql: string, params?: unknown[]): Promise<void>;
}

export interface DatabaseAPI extends DatabaseStatements {
  /** Every statement that any agent issues before `fn` settles is part of the transaction. */
  transaction<T>(fn: (tx: DatabaseStatements) => T | Promise<T>): Promise<T>;
}
