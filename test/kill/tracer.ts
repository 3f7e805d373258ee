/*
 * Preloaded into a host or a sync process of its own: makes each write statement, file write, request, event and
 * spawn a point, writes down which points there are, and kills the process with SIGKILL at the one it was told.
 * The code under test knows nothing of it.
 */
import { Database, type Statement } from "bun:sqlite";
import { basename } from "node:path";
import { EventBus } from "../../lib/embedded-host/events.ts";
import { eventTable } from "../../lib/events.ts";
import type { Orders } from "./orders.ts";
import { createRandom } from "./random.ts";

const given = process.env.KILL_ORDERS;
if (given === undefined) throw new Error("KILL_ORDERS names no orders");
const orders = JSON.parse(given) as Orders;
// The builtin's own object, which named imports that come later are taken from.
const fs = process.getBuiltinModule("node:fs");
const { appendFileSync } = fs;

const seen = new Map<string, number>();
const random = createRandom(orders.seed);
let spawned = 0;

/** Does `act` as a point of this name: `name#2` is the second of them in this process. */
function point<Result>(name: string, act: () => Result): Result {
  const times = (seen.get(name) ?? 0) + 1;
  seen.set(name, times);
  const id = `${orders.process} ${name}#${times}`;
  if (orders.record !== undefined) appendFileSync(orders.record, `${JSON.stringify(id)}\n`);
  const isTarget = orders.kill?.id === id;
  if (isTarget && orders.kill?.when === "before") die(id);
  // Jitter: who is slower, the host or its sync, changes with the seed.
  if (orders.seed > 1 && random() < 0.05) Bun.sleepSync(1 + random() * 4);
  const result = act();
  if (isTarget) {
    if (result instanceof Promise) return result.finally(() => die(id)) as Result;
    die(id);
  }
  return result;
}

function die(id: string): never {
  appendFileSync(orders.killed, `${id}\n`);
  if (orders.kill?.withHost === true && orders.process !== "host") process.kill(process.ppid, "SIGKILL");
  process.kill(process.pid, "SIGKILL");
  throw new Error("the kernel was slow");
}

// --- Statements ---

const writing =
  /^\s*(?:INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|REPLACE|BEGIN|COMMIT|ROLLBACK|PRAGMA\s+(?:journal_mode|wal_checkpoint))/i;
const statements = new WeakSet<Statement>();
const { query, prepare, run } = Database.prototype;

function traceStatement(db: Database, sql: string, statement: Statement): Statement {
  if (statements.has(statement) || !isTraced(db, sql)) return statement;
  statements.add(statement);
  for (const method of ["run", "get", "all", "values"] as const) {
    const original = statement[method].bind(statement) as (...values: unknown[]) => unknown;
    Reflect.set(statement, method, (...values: unknown[]) =>
      point(nameOf(db, sql), () => original(...values)),
    );
  }
  return statement;
}

/** What lies in memory does not survive anyway. */
function isTraced(db: Database, sql: string): boolean {
  return writing.test(sql) && db.filename !== ":memory:" && db.filename !== "";
}

function nameOf(db: Database, sql: string): string {
  return `sql ${basename(db.filename)} ${sql.replace(/\s+/g, " ").trim()}`;
}

Database.prototype.query = function (this: Database, sql: string) {
  return traceStatement(this, sql, query.call(this, sql));
} as typeof query;
Database.prototype.prepare = function (this: Database, sql: string, ...rest: never[]) {
  return traceStatement(this, sql, prepare.call(this, sql, ...rest));
} as typeof prepare;
Database.prototype.run = function (this: Database, sql: string, ...rest: never[]) {
  const act = () => run.call(this, sql, ...rest);
  return isTraced(this, sql) ? point(nameOf(this, sql), act) : act();
} as typeof run;
Reflect.set(Database.prototype, "exec", Database.prototype.run);

// --- Files ---

const fileWrites = [
  "writeFileSync",
  "writeSync",
  "renameSync",
  "rmSync",
  "mkdirSync",
  "copyFileSync",
  "chmodSync",
  "linkSync",
  "unlinkSync",
  "openSync",
] as const;

for (const name of fileWrites) {
  const original = fs[name] as (...args: unknown[]) => unknown;
  Reflect.set(fs, name, (...args: unknown[]) => {
    const caller = callerOf(new Error().stack ?? "");
    const isRead = name === "openSync" && (args[1] === undefined || args[1] === "r");
    if (caller === undefined || isRead) return original(...args);
    return point(`file ${name} ${caller}`, () => original(...args));
  });
}

/** The file of ours, or of the library that keeps the signed metadata, that the call stands in. */
function callerOf(stack: string): string | undefined {
  const line = stack.split("\n").find((frame) => /\/(?:lib|node_modules\/tuf-js)\//.test(frame));
  const path = /\(?((?:\/|[A-Z]:).*?):\d+:\d+\)?$/.exec(line ?? "")?.[1];
  return path?.replace(`${orders.sources}/`, "");
}

// --- Requests, events, other processes ---

const originalFetch = globalThis.fetch;
globalThis.fetch = Object.assign(
  (...args: Parameters<typeof fetch>) => {
    const { pathname } = new URL(args[0] instanceof Request ? args[0].url : String(args[0]));
    return point(`request ${kindOf(pathname)}`, () => originalFetch(...args));
  },
  { preconnect: originalFetch.preconnect },
);

/** A request's name must not depend on what a hash is in this run. */
function kindOf(pathname: string): string {
  return pathname.replace(/[0-9a-f]{64}/g, "<hash>");
}

const { emit } = EventBus.prototype;
EventBus.prototype.emit = function (this: EventBus, event: string, data: unknown, source: string) {
  const act = () => emit.call(this, event, data, source);
  const isOurs = (eventTable as Record<string, { direction: string }>)[event]?.direction === "out";
  return isOurs ? point(`emit ${event}`, act) : act();
};

if (orders.process !== "host") {
  // A sync process has nothing else on its stdout than outcomes.
  const { writer } = Bun.stdout;
  Bun.stdout.writer = (options) => {
    const sink = writer.call(Bun.stdout, options);
    return new Proxy(sink, {
      get(_, key: keyof typeof sink) {
        const method = sink[key].bind(sink) as (...args: unknown[]) => unknown;
        return key === "write" ? (...args: unknown[]) => point("outcome", () => method(...args)) : method;
      },
    });
  };
}

const spawn = Bun.spawn.bind(Bun);
Reflect.set(Bun, "spawn", (command: string[], options: { env: Record<string, string> }) => {
  spawned += 1;
  const inner: Orders = { ...orders, process: `sync${spawned}` };
  const [bun = "", ...args] = command;
  const env = { ...options.env, KILL_ORDERS: JSON.stringify(inner) };
  return point("spawn", () => spawn([bun, "--preload", import.meta.path, ...args], { ...options, env }));
});
