/*
 * Preloaded into a host and its sync: makes one of the database files full or read-only for every connection that
 * opens it, as SQLite itself would say it.
 */
import { Database } from "bun:sqlite";
import { basename } from "node:path";

export interface Fault {
  /** `ronin.db` or `ronin.realms-index.db`. */
  file: string;
  /** Pages that it may still grow by; `readonly` for a file that cannot be written. */
  pages: number | "readonly";
}

const given = process.env.KILL_FAULT;
const broken = new WeakSet<Database>();

if (given !== undefined) {
  const fault = JSON.parse(given) as Fault;
  const { query, prepare, run } = Database.prototype;

  const breakFile = (db: Database): void => {
    if (broken.has(db) || basename(db.filename) !== fault.file) return;
    broken.add(db);
    if (fault.pages === "readonly") {
      run.call(db, "PRAGMA query_only = 1");
      return;
    }
    const pages = query.call(db, "PRAGMA page_count").get() as { page_count: number };
    query.call(db, `PRAGMA max_page_count = ${pages.page_count + fault.pages}`).get();
  };

  Database.prototype.query = function (this: Database, sql: string) {
    breakFile(this);
    return query.call(this, sql);
  } as typeof query;
  Database.prototype.prepare = function (this: Database, sql: string, ...rest: never[]) {
    breakFile(this);
    return prepare.call(this, sql, ...rest);
  } as typeof prepare;
  Database.prototype.run = function (this: Database, sql: string, ...rest: never[]) {
    breakFile(this);
    return run.call(this, sql, ...rest);
  } as typeof run;

  const spawn = Bun.spawn.bind(Bun);
  Reflect.set(Bun, "spawn", (command: string[], options: { env: Record<string, string> }) => {
    const [bun = "", ...args] = command;
    const env = { ...options.env, KILL_FAULT: given };
    return spawn([bun, "--preload", import.meta.path, ...args], { ...options, env });
  });
}
