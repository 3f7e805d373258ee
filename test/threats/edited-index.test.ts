import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { type InstallWorld, kata, startInstallWorld } from "../support/install-world.ts";

let world: InstallWorld;
beforeEach(async () => {
  world = await startInstallWorld();
});
afterEach(() => world.stop());

/** What anybody who can write to the file can do: the index is a cache. */
function editIndex(column: string, value: string): void {
  using index = new Database(world.databasePath.replace(/\.db$/, ".realms-index.db"));
  const { changes } = index.run(
    `UPDATE realm_kata_index SET ${column} = ? WHERE kata_name = 'finance.audit'`,
    [value],
  );
  expect(changes).toBe(1);
}

async function installOf(id: string): Promise<unknown> {
  await world.approve({ proposalId: id });
  expect(world.registered()).toEqual([]);
  expect(world.receipts()).toEqual([]);
  return world.registry.getRequest(id)?.failureCode;
}

const other = kata("ops.format", "v1", [], "local.notify");

describe("a row that is edited in the index file on disk", () => {
  test.each([
    ["source_hash", sha256Hex(other)],
    ["compiled_hash", "0".repeat(64)],
  ])("in its %s after the proposal is no longer what was shown", async (column, value) => {
    world.publish(kata("finance.audit"));
    const { id } = world.propose("finance.audit", "v1");
    editIndex(column, value);
    expect(await installOf(id)).toBe("offer_changed");
  });

  test.each([
    ["source_hash, to one that the realm does not serve,", "source_hash", "0".repeat(64), "download_failed"],
    ["source_hash, to that of another kata of the realm,", "source_hash", sha256Hex(other), "name_mismatch"],
    ["compiled_hash", "compiled_hash", "0".repeat(64), "compiled_hash_mismatch"],
    ["skills", "required_skills", "[]", "skills_mismatch"],
    ["katas", "required_katas", '["ops.format@v1"]', "katas_mismatch"],
  ])("in its %s before the proposal is held against the source", async (_what, column, value, code) => {
    world.publish(other);
    world.publish(kata("finance.audit"));
    editIndex(column, value);
    expect(await installOf(world.propose("finance.audit", "v1").id)).toBe(code);
  });
});
