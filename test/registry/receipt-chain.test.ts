import type { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { findBreaks } from "../../lib/trust/receipt-chain.ts";
import { createAuditWorld, receiptOf } from "./world.ts";

const audit = { kataName: "finance.audit", kataVersion: "v2" };

function createInstalled(count: number) {
  const world = createAuditWorld();
  const install = (): void => {
    const { id } = world.approved("downloading", "verified", "registered");
    world.registry.completeInstall(id, [receiptOf(audit), receiptOf({ kataName: "a.b", kataVersion: "v1" })]);
  };
  for (let done = 0; done < count; done++) install();
  return { ...world, install };
}

const triggers = ["update", "delete", "replace"].map((event) => `kata_install_receipts_no_${event}`);
const problems = (world: ReturnType<typeof createInstalled>) =>
  findBreaks(world.registry.getReceiptChain(), undefined).map(({ problem }) => problem);

/** What somebody can do who writes the database: nobody keeps him from taking the triggers away. */
function edit(records: Database, sql: string): void {
  for (const trigger of triggers) records.run(`DROP TRIGGER ${trigger}`);
  records.run(sql);
}

describe("the chain of receipts", () => {
  test("has every receipt, in the order in which they were written", () => {
    const world = createInstalled(2);
    const chain = world.registry.getReceiptChain();
    expect(chain.map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    expect(chain.map(({ receipt }) => receipt?.kataName)).toEqual([
      "finance.audit",
      "a.b",
      "finance.audit",
      "a.b",
    ]);
    expect(chain[2]?.previousHash).toBe(chain[1]?.hash as string);
    expect(problems(world)).toEqual([]);
  });

  test.each(
    [
      "id = 'other'",
      "kata_name = 'finance.other'",
      "kata_version = 'v9'",
      "from_realm = 'other'",
      "installed_at = installed_at + 1",
      "checksum_verified = 0",
      "source_hash = compiled_hash",
      "compiled_hash = source_hash",
      "installed_by = 'someone'",
      "request_id = NULL",
      "trust = 'pinned'",
      "previous_hash = 'x'",
      "installed_at = 'text'",
      "kata_name = CAST(kata_name AS BLOB)",
    ].map((change) => [change]),
  )("notices that a row has %s", (change) => {
    const world = createInstalled(2);
    edit(world.records, `UPDATE kata_install_receipts SET ${change} WHERE chain_position = 2`);
    expect(problems(world)).toContain("receipt_changed");
  });

  test.each([
    ["DELETE FROM kata_install_receipts WHERE chain_position = 2", "receipt_removed"],
    ["UPDATE kata_install_receipts SET chain_position = NULL WHERE chain_position = 2", "receipt_removed"],
    ["UPDATE kata_install_receipts SET chain_position = 'x' WHERE chain_position = 2", "receipt_removed"],
    ["UPDATE kata_install_receipts SET chain_position = 1 WHERE chain_position = 2", "receipt_added"],
    [
      `INSERT INTO kata_install_receipts (id, kata_name, kata_version, from_realm, installed_at, checksum_verified,
         source_hash, compiled_hash, installed_by) VALUES ('x', 'a.b', 'v1', 'r', 1, 1, 's', 'c', 'me')`,
      "older_changed",
    ],
  ])("notices %s", (sql, problem) => {
    const world = createInstalled(2);
    edit(world.records, sql);
    expect(problems(world)).toContain(problem as never);
  });

  test("goes on after a receipt that was edited, and goes on saying so", () => {
    const world = createInstalled(1);
    edit(world.records, "UPDATE kata_install_receipts SET installed_by = x'00' WHERE chain_position = 1");
    world.install();
    expect(world.registry.getReceiptChain().map(({ position }) => position)).toEqual([1, 2, 3, 4]);
    expect(problems(world)).toEqual(["receipt_changed"]);
  });

  test("begins after the receipts of an earlier version, and holds those as they were", () => {
    const world = createInstalled(1);
    edit(world.records, "UPDATE kata_install_receipts SET chain_position = NULL, previous_hash = NULL");
    world.install();
    const chain = world.registry.getReceiptChain();
    expect(chain.map(({ position }) => position)).toEqual([undefined, undefined, 1, 2]);
    expect(problems(world)).toEqual([]);
    world.records.run("UPDATE kata_install_receipts SET installed_by = 'me' WHERE rowid = 1");
    expect(problems(world)).toEqual(["older_changed"]);
  });

  test("stands the same after the file was vacuumed", () => {
    const world = createInstalled(2);
    world.records.run("VACUUM");
    expect(problems(world)).toEqual([]);
  });
});
