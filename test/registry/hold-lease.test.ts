import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { holdLease, type Lease } from "../../lib/registry/hold-lease.ts";
import { type OpenRegistry, openRegistry } from "../../lib/registry/open.ts";

let folder: string;
let opened: OpenRegistry;
let other: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "realms-lease-"));
  const recordsPath = join(folder, "ronin.db");
  opened = openRegistry({ recordsPath, indexPath: join(folder, "index.db") });
  other = new Database(recordsPath);
});

afterEach(() => {
  other.close();
  opened.close();
  rmSync(folder, { recursive: true });
});

const hold = (owner: string, signal = new AbortController().signal): Promise<Lease | undefined> =>
  holdLease({
    registry: opened.registry,
    log: { info() {}, warn() {}, error() {} },
    name: "sync",
    owner,
    ttlMs: 60_000,
    signal,
  });

test("a lease that is given back while somebody else writes is free as soon as they are done", async () => {
  const lease = await hold("first");
  other.run("BEGIN IMMEDIATE");
  const released = lease?.release();
  expect(await Promise.race([released, Bun.sleep(5).then(() => "waits")])).toBe("waits");
  other.run("ROLLBACK");
  await released;
  expect(await hold("second")).toBeDefined();
});

test("a stop does not wait for who writes: the lease runs out by itself", async () => {
  const stopping = new AbortController();
  const lease = await hold("first", stopping.signal);
  other.run("BEGIN IMMEDIATE");
  stopping.abort();
  await lease?.release();
  other.run("ROLLBACK");
  expect(await hold("second")).toBeUndefined();
});

test("a stop gives a lease back at once", async () => {
  const stopping = new AbortController();
  await hold("first", stopping.signal);
  stopping.abort();
  expect(await hold("second")).toBeDefined();
});
