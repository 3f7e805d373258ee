import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { MemoryStore } from "../../lib/embedded-host/memory.ts";
import { TempHome } from "./temp-home.ts";

test("a store blocks and then rejects while another connection holds the write lock", async () => {
  await using home = new TempHome();
  const path = join(home.path, "ronin.db");
  const memory = new MemoryStore(path, { busyTimeoutMs: 5, attempts: 2 });
  const other = new Database(path);
  try {
    other.run("BEGIN IMMEDIATE");
    const started = performance.now();
    const blocked = memory.store("k", 1);
    expect(performance.now() - started).toBeGreaterThan(9);
    await expect(blocked).rejects.toMatchObject({ code: "SQLITE_BUSY" });
    other.run("ROLLBACK");
    await memory.store("k", 2);
    expect(await memory.retrieve("k")).toBe(2);
  } finally {
    other.close();
    memory.close();
  }
});
