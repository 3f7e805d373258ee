import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RegistryBusyError } from "../../lib/errors.ts";
import { all, count, first, run } from "../../lib/registry/sql.ts";
import { write } from "../../lib/registry/write.ts";
import { codeOf } from "../support/throws.ts";

function createTable(): Database {
  const db = new Database(":memory:");
  db.run("CREATE TABLE t (a, b)");
  return db;
}

describe("a transaction", () => {
  test("gives back what its function returns, with everything written", () => {
    const db = createTable();
    const result = write(db, () => {
      run(db, "INSERT INTO t VALUES (1, 2)");
      return "done" as const;
    });
    expect(result).toBe("done");
    expect(count(db, "SELECT count(*) FROM t")).toBe(1);
    expect(db.inTransaction).toBe(false);
  });

  test("that throws writes nothing and passes the error on", () => {
    const db = createTable();
    const cause = new Error("stop");
    const change = () =>
      write(db, () => {
        run(db, "INSERT INTO t VALUES (1, 2)");
        throw cause;
      });
    expect(change).toThrow(cause);
    expect(count(db, "SELECT count(*) FROM t")).toBe(0);
    expect(db.inTransaction).toBe(false);
  });

  test("inside another one is refused, and the outer one goes on", () => {
    const db = createTable();
    write(db, () => {
      run(db, "INSERT INTO t VALUES (1, 2)");
      expect(() => write(db, () => undefined)).toThrow("within a transaction");
      expect(db.inTransaction).toBe(true);
    });
    expect(count(db, "SELECT count(*) FROM t")).toBe(1);
  });

  test("does not even begin while another connection holds the lock", () => {
    const folder = mkdtempSync(join(tmpdir(), "ronin-realms-write-"));
    const [db, host] = [new Database(join(folder, "t.db")), new Database(join(folder, "t.db"))];
    host.run("CREATE TABLE t (a)");
    host.run("BEGIN IMMEDIATE");
    let hasBegun = false;
    const change = () =>
      write(db, () => {
        hasBegun = true;
      });
    expect(codeOf(change, RegistryBusyError)).toBe("registry_busy");
    expect(hasBegun).toBe(false);
    db.close();
    host.close();
    rmSync(folder, { recursive: true });
  });

  test("of an async function does not compile, and writes nothing where types are not checked", async () => {
    const db = createTable();
    const change = async () => {
      run(db, "INSERT INTO t VALUES (1, 2)");
      return 7;
    };
    // @ts-expect-error it would be committed at the first await
    expect(() => write(db, change)).toThrow(TypeError);
    // @ts-expect-error a function that hands on a promise is no better
    expect(() => write(db, () => Promise.resolve())).toThrow(TypeError);
    // @ts-expect-error nor one that does so at times
    expect(() => write(db, () => (db.inTransaction ? Promise.resolve() : 1))).toThrow(TypeError);
    expect(count(db, "SELECT count(*) FROM t")).toBe(0);
    expect(db.inTransaction).toBe(false);
  });

  test("takes any other function", () => {
    const db = createTable();
    expect(write(db, () => undefined)).toBeUndefined();
    expect(write(db, () => [1])).toEqual([1]);
    expect(write(db, (): { then?: string } => ({}))).toEqual({});
  });
});

describe("a statement", () => {
  const sql = "SELECT ?1 AS a, ?2 AS b";

  test.each([
    ["no value", []],
    ["a missing value", [1]],
    ["a value too many", [1, 2, 3]],
  ])("with %s is refused instead of storing NULL", (_, params) => {
    const db = createTable();
    for (const call of [all, first, run]) expect(() => call(db, sql, params)).toThrow("takes 2 values");
    expect(() => run(db, "INSERT INTO t VALUES (?, ?)", params.slice(0, 1))).toThrow("takes 2 values");
    expect(count(db, "SELECT count(*) FROM t")).toBe(0);
  });

  test("takes neither undefined nor an object, by its types", () => {
    const db = createTable();
    // @ts-expect-error SQLite would store NULL
    all(db, sql, [1, undefined]);
    // @ts-expect-error Bun takes it for named parameters
    expect(() => all(db, sql, [{ a: 1 }])).toThrow();
    expect(all(db, sql, ["x", null])).toEqual([{ a: "x", b: null }]);
  });
});
