import { Database, type SQLQueryBindings } from "bun:sqlite";

export interface Insert {
  sql: string;
  params: SQLQueryBindings[];
}

/** Takes down every row that is inserted through this connection from now on, in the order they come. */
export function recordInserts(db: Database): Insert[] {
  const inserts: Insert[] = [];
  const prepare = Database.prototype.query.bind(db);
  const watched = new WeakSet();
  const query = (sql: string): unknown => {
    const statement = prepare<unknown, SQLQueryBindings[]>(sql);
    // Bun hands out the same statement for the same text again.
    if (!/^\s*INSERT/i.test(sql) || watched.has(statement)) return statement;
    watched.add(statement);
    const run = statement.run.bind(statement);
    statement.run = (...params) => {
      inserts.push({ sql, params });
      return run(...params);
    };
    return statement;
  };
  // A generic method cannot be written down again without `any`; what is returned is what it returned.
  db.query = query as Database["query"];
  return inserts;
}
