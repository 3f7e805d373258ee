import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compileSource } from "../../lib/install/compile.ts";
import { createGuard, type Guard } from "../../lib/install/guard.ts";
import { verifyInstalled } from "../../lib/install/verify-installed.ts";
import { createReceiptHeads } from "../../lib/runtime/receipt-heads.ts";
import { createRecordingLog } from "../events/recording-log.ts";
import { type InstallWorld, kata, startInstallWorld } from "../support/install-world.ts";

const key = new Uint8Array(32).fill(9);
const DAY_MS = 24 * 3_600_000;
let world: InstallWorld;
let guard: Guard;
let heads: ReturnType<typeof createReceiptHeads>;
let state: string;

beforeEach(async () => {
  world = await startInstallWorld();
  state = join(dirname(world.databasePath), "state");
  heads = createReceiptHeads(world.databasePath, () => key, { RONIN_REALMS_HOME: state });
  guard = createGuard({ ...world.deps, heads });
});
afterEach(() => world.stop());

async function install(name: string, requires: string[] = []): Promise<void> {
  world.publish(kata(name, "v1", requires));
  await world.approve({ proposalId: world.propose(name, "v1").id });
  await guard.noteReceipts();
}

/** As another agent of the host: straight in the file, triggers or not. */
function edit(sql: string, ...values: string[]): void {
  const database = new Database(world.databasePath);
  for (const event of ["update", "delete", "replace"]) {
    database.run(`DROP TRIGGER IF EXISTS kata_install_receipts_no_${event}`);
  }
  database.run(sql, values);
  database.close();
}

async function verify() {
  const host = await world.deps.host();
  const compile = (source: string) => JSON.stringify(compileSource(host, source));
  return verifyInstalled({ registry: world.registry, heads, compile });
}
const differences = async () =>
  (await verify()).altered.map(({ kataName, difference }) => [kataName, difference]);
const problems = async () => (await verify()).broken.map(({ problem }) => problem);

describe("what is installed", () => {
  test("is as its receipts say, required katas too", async () => {
    await install("notify.user");
    await install("finance.audit", ["notify.user@v1"]);
    expect(await verify()).toEqual({
      katas: 2,
      altered: [],
      chained: 2,
      older: 0,
      broken: [],
      isHeadKnown: true,
      isCompiled: true,
    });
  });

  test("is not asked about where nothing was installed", async () => {
    expect(await verify()).toMatchObject({ katas: 0, chained: 0, broken: [], isHeadKnown: false });
  });

  test.each([
    ["DELETE FROM kata_definitions WHERE name = 'finance.audit'", "missing"],
    ["UPDATE kata_definitions SET required_skills = 'x' WHERE name = 'finance.audit'", "unreadable"],
    [
      "UPDATE kata_definitions SET source_code = source_code || ' ' WHERE name = 'finance.audit'",
      "source_changed",
    ],
    [
      "UPDATE kata_definitions SET compiled_graph = replace(compiled_graph, 'reasoning', 'shell') WHERE name = 'finance.audit'",
      "graph_changed",
    ],
  ] as const)("differs after %s", async (sql, difference) => {
    await install("notify.user");
    await install("finance.audit");
    edit(sql);
    expect(await differences()).toEqual([["finance.audit", difference]]);
  });

  test("differs when the running compiler makes another graph of the same bytes, or none", async () => {
    await install("finance.audit");
    const other = { registry: world.registry, heads, compile: () => "{}" };
    expect((await verifyInstalled(other)).altered).toMatchObject([{ difference: "compiles_otherwise" }]);
    const compile = () => {
      throw new Error("no such phase");
    };
    expect((await verifyInstalled({ ...other, compile })).altered).toMatchObject([
      { difference: "compiles_otherwise" },
    ]);
    expect((await verifyInstalled({ registry: world.registry, heads })).altered).toEqual([]);
  });
});

describe("the receipts", () => {
  test("are missed when the newest is taken out, with its kata", async () => {
    await install("notify.user");
    await install("finance.audit");
    edit("DELETE FROM kata_install_receipts WHERE kata_name = 'finance.audit'");
    edit("DELETE FROM kata_definitions WHERE name = 'finance.audit'");
    expect(await problems()).toEqual(["receipt_removed"]);
    // Another install does not make it forgotten.
    await install("text.format");
    expect(await problems()).toEqual(["receipt_changed"]);
  });

  test("are known to be changed when the newest was", async () => {
    await install("finance.audit");
    edit("UPDATE kata_install_receipts SET installed_by = 'nobody'");
    expect(await problems()).toEqual(["receipt_changed"]);
  });

  test("that cannot be read are named, and the others are looked at", async () => {
    await install("notify.user");
    await install("finance.audit");
    edit("UPDATE kata_install_receipts SET kata_name = x'ff' WHERE kata_name = 'notify.user'");
    edit("UPDATE kata_definitions SET source_code = 'x' WHERE name = 'finance.audit'");
    expect(await problems()).toEqual(["receipt_unreadable", "receipt_changed"]);
    expect(await differences()).toEqual([["finance.audit", "source_changed"]]);
  });

  test("end where the key says, and nowhere else", async () => {
    await install("finance.audit");
    const [name = ""] = readdirSync(state);
    const path = join(state, name);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const head = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...head, position: 7 }));
    expect(await problems()).toEqual(["head_unproven"]);
    await guard.noteReceipts();
    expect(await problems()).toEqual(["head_unproven"]);
    writeFileSync(path, "{");
    expect(await problems()).toEqual(["head_unproven"]);
    rmSync(path);
    expect(await verify()).toMatchObject({ broken: [], isHeadKnown: false });
  });

  test("that are written while it looks are no break", async () => {
    await install("notify.user");
    const { registry } = world;
    const slow = {
      findHostKata: registry.findHostKata.bind(registry),
      getRemovals: () => [],
      getReceiptChain: () => {
        const before = registry.getReceiptChain();
        // The end of a chain that is longer by one than what was read.
        heads.write({ position: 2, hash: "h2" });
        return before;
      },
    };
    expect((await verifyInstalled({ registry: slow, heads })).broken).toEqual([]);
  });

  test("have no known end without the key, and none is written", async () => {
    await install("finance.audit");
    const keyless = createReceiptHeads(world.databasePath, () => undefined, { RONIN_REALMS_HOME: state });
    expect(keyless.read()).toBe("unproven");
    const elsewhere = join(state, "other");
    createReceiptHeads(world.databasePath, () => undefined, { RONIN_REALMS_HOME: elsewhere }).write({
      position: 1,
      hash: "h",
    });
    expect(readdirSync(state)).not.toContain("other");
  });
});

describe("the daily look", () => {
  const seen = () => world.events.filter(({ event }) => event.endsWith(".altered"));

  test("says what differs, once a day however often it is called, until it is mended", async () => {
    await install("finance.audit");
    const { id } = world.registry.getReceipts()[0] ?? { id: "" };
    edit("UPDATE kata_definitions SET source_code = 'x'");
    await guard.lookDaily();
    await guard.lookDaily();
    expect(seen()).toEqual([
      {
        event: "kata.altered",
        payload: {
          kataName: "finance.audit",
          kataVersion: "v1",
          fromRealm: "acme",
          receiptId: id,
          difference: "source_changed",
        },
      },
    ]);
    world.clock.at += DAY_MS;
    await guard.lookDaily();
    expect(seen()).toHaveLength(2);
    edit("UPDATE kata_definitions SET source_code = ?", kata("finance.audit"));
    world.clock.at += DAY_MS;
    await guard.lookDaily();
    expect(seen()).toHaveLength(2);
  });

  test("looks again at once after the clock was turned back", async () => {
    await install("finance.audit");
    await guard.lookDaily();
    edit("DELETE FROM kata_definitions");
    world.clock.at -= DAY_MS;
    await guard.lookDaily();
    expect(seen()).toMatchObject([{ payload: { difference: "missing" } }]);
  });

  test("says that receipts are gone", async () => {
    await install("finance.audit");
    edit("DELETE FROM kata_install_receipts");
    await guard.lookDaily();
    expect(seen()).toEqual([{ event: "receipts.altered", payload: { problem: "receipt_removed" } }]);
  });

  test("says that a receipt was changed whatever its id was changed to", async () => {
    await install("finance.audit");
    edit("UPDATE kata_install_receipts SET id = ?", "x".repeat(5000));
    await guard.lookDaily();
    expect(seen().map(({ payload }) => payload)).toEqual([
      { problem: "receipt_unreadable" },
      { problem: "receipt_changed" },
    ]);
  });

  test("compares the bytes where the host's compiler is not found", async () => {
    await install("finance.audit");
    edit("UPDATE kata_definitions SET compiled_graph = '{}'");
    const log = createRecordingLog();
    const host = () => Promise.reject(new Error("no classes"));
    await createGuard({ ...world.deps, log, heads, host }).lookDaily();
    expect(seen()).toMatchObject([{ payload: { difference: "graph_changed" } }]);
  });

  test("that could not be taken is taken again at the next chance", async () => {
    await install("finance.audit");
    edit("DELETE FROM kata_definitions");
    const { registry } = world;
    let isBroken = true;
    const failing = createGuard({
      ...world.deps,
      heads: { ...heads, read: () => (isBroken ? fail() : heads.read()) },
    });
    const fail = (): never => {
      throw new Error("no such folder");
    };
    await failing.lookDaily();
    isBroken = false;
    await failing.lookDaily();
    expect(seen()).toMatchObject([{ payload: { difference: "missing" } }]);
    expect(registry.countReceipts()).toBe(1);
  });

  test("does nothing once it is stopped", async () => {
    await install("finance.audit");
    edit("DELETE FROM kata_definitions");
    await guard.stop();
    await guard.lookDaily();
    expect(seen()).toEqual([]);
  });
});
