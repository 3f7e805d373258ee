import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { DatabaseAPI } from "../../lib/embedded-host/index.ts";
import { host } from "./hosts.ts";
import { Workspace } from "./workspace.ts";

let workspace: Workspace;
let path: string;
let db: DatabaseAPI & { close(): void };

beforeEach(async () => {
  workspace = new Workspace();
  path = join(workspace.root, "ronin.db");
  db = host.openDatabase(path);
  await db.execute("CREATE TABLE t (a, b)");
});

afterEach(async () => {
  db.close();
  await workspace[Symbol.asyncDispose]();
});

const rows = () => db.query<{ a: unknown; b: unknown }>("SELECT a, b FROM t ORDER BY rowid");

describe("query and execute", () => {
  test("have done their work when they return", async () => {
    const insert = db.execute("INSERT INTO t VALUES (?, ?)", [1, "x"]);
    const select = rows();
    expect([Bun.peek.status(insert), Bun.peek.status(select)]).toEqual(["fulfilled", "fulfilled"]);
    expect(Bun.peek(select)).toEqual([{ a: 1, b: "x" }]);
    expect(await insert).toBeUndefined();
  });

  test("reject and do not throw when the statement is wrong", async () => {
    const failed = db.execute("INSERT INTO nowhere VALUES (1)");
    expect(Bun.peek.status(failed)).toBe("rejected");
    await expect(failed).rejects.toThrow("no such table: nowhere");
  });

  test("run the first statement only, without a word", async () => {
    await db.execute("INSERT INTO t VALUES (1, 1); INSERT INTO t VALUES (2, 2)");
    expect(await rows()).toEqual([{ a: 1, b: 1 }]);
  });

  test("bind a lone object as NULL, and a missing parameter too", async () => {
    await db.execute("INSERT INTO t VALUES (?, 1)", [{ forgotten: "JSON.stringify" }]);
    await db.execute("INSERT INTO t VALUES (?, 2)");
    expect(await rows()).toEqual([
      { a: null, b: 1 },
      { a: null, b: 2 },
    ]);
  });

  test("take numbered and named parameters, and a nested list as one", async () => {
    expect(await db.query("SELECT ?1 AS a, ?1 AS b", [3])).toEqual([{ a: 3, b: 3 }]);
    expect(await db.query("SELECT $a AS a", [{ $a: 5 }])).toEqual([{ a: 5 }]);
    expect(await db.query("SELECT ? AS a, ? AS b", [[1, 2]])).toEqual([{ a: 1, b: 2 }]);
  });

  test("refuse a wrong count, a date and an object in place of the list", async () => {
    await expect(db.query("SELECT ?, ?", [1])).rejects.toThrow("expected 2 values, received 1");
    await expect(db.query("SELECT ?", [new Date(0)])).rejects.toBeInstanceOf(TypeError);
    await expect(db.query("SELECT $a", { $a: 1 } as never)).rejects.toBeInstanceOf(TypeError);
  });

  test("answer the file's absolute path, no busy timeout and no foreign keys", async () => {
    expect(await db.query("PRAGMA database_list")).toEqual([{ seq: 0, name: "main", file: path }]);
    expect(await db.query("PRAGMA busy_timeout")).toEqual([{ timeout: 0 }]);
    expect(await db.query("PRAGMA foreign_keys")).toEqual([{ foreign_keys: 0 }]);
    expect(await db.query("PRAGMA journal_mode")).toEqual([{ journal_mode: "delete" }]);
  });

  test("fail at once, as busy, while another connection writes", async () => {
    const other = new Database(path);
    try {
      other.run("BEGIN IMMEDIATE");
      await expect(db.execute("INSERT INTO t VALUES (1, 1)")).rejects.toMatchObject({ code: "SQLITE_BUSY" });
      expect(await rows()).toEqual([]);
    } finally {
      other.close();
    }
  });
});

describe("transaction", () => {
  test("commits and resolves with what the function returned", async () => {
    const result = await db.transaction(async (tx) => {
      await tx.execute("INSERT INTO t VALUES (1, 1)");
      return "done";
    });
    expect(result).toBe("done");
    expect(await rows()).toEqual([{ a: 1, b: 1 }]);
  });

  test("takes another agent's statement with it when it rolls back", async () => {
    const released = Promise.withResolvers<void>();
    const transaction = db.transaction(async (tx) => {
      await tx.execute("INSERT INTO t VALUES ('mine', 1)");
      await released.promise;
      throw new Error("changed my mind");
    });
    await db.execute("INSERT INTO t VALUES ('somebody else', 2)");
    released.resolve();
    await expect(transaction).rejects.toThrow("changed my mind");
    expect(await rows()).toEqual([]);
  });

  test("is refused while another is open, which goes on unharmed", async () => {
    await db.transaction(async (tx) => {
      await tx.execute("INSERT INTO t VALUES (1, 1)");
      await expect(db.transaction(async () => {})).rejects.toThrow(
        "cannot start a transaction within a transaction",
      );
    });
    expect(await rows()).toEqual([{ a: 1, b: 1 }]);
  });

  test("survives a failed statement that its function caught", async () => {
    await db.transaction(async (tx) => {
      await tx.execute("INSERT INTO nowhere VALUES (1)").catch(() => {});
      await tx.execute("INSERT INTO t VALUES (1, 1)");
    });
    expect(await rows()).toEqual([{ a: 1, b: 1 }]);
  });
});
