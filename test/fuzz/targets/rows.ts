import { Database } from "bun:sqlite";
import { ApprovalError, InstallError, RegistryError } from "../../../lib/errors.ts";
import { offerOf, toDecision, verifyVouched } from "../../../lib/install/vouched.ts";
import { isDamage } from "../../../lib/registry/damaged-index.ts";
import { RealmsRegistry } from "../../../lib/registry/registry.ts";
import { createVoucher } from "../../../lib/trust/approval-proof.ts";
import { findBreaks } from "../../../lib/trust/receipt-chain.ts";
import { kataOf, offerOf as offered, proofOf, realmOf, receiptOf, START } from "../../registry/world.ts";
import { oddNumbers, oddTexts, randomOf } from "../mutate.ts";
import { below, pick, type Random } from "../random.ts";
import { fail, type OpenTarget, toCode } from "../target.ts";

const clock = { now: () => START };
const key = new Uint8Array(32).fill(4);
const approvals = { mode: "confirmed" as const, key: () => key };

/** Rows that others wrote: every method of the registry works, leaves the row out or says so in our words. */
export const rows: OpenTarget = () => {
  const { file, ids } = createFile();
  const columns = listColumns(file);
  return {
    name: "edited rows",
    check(one) {
      const random = randomOf(one);
      const records = Database.deserialize(file, { strict: true });
      try {
        const changes = one.kind === "valid" ? 0 : one.kind === "mutated" ? 1 : 2 + below(random, 6);
        const edited = Array.from({ length: changes }, () => pick(random, columns));
        for (const column of edited) edit(records, column, random);
        const isIndexEdited = edited.some(({ table }) => table.startsWith("realm_kata_"));
        const registry = new RealmsRegistry(records, { clock });
        for (const act of actsOn(registry, ids, random)) {
          try {
            act();
          } catch (error) {
            // The index is a cache: the next sync finds it damaged and makes it anew.
            if (isIndexEdited && isDamage(error)) continue;
            const code = toCode(error, [RegistryError]);
            if (one.kind === "valid" && code === "invalid_input")
              fail("rows that nobody edited cannot be read");
          }
        }
        assertNothingInstalls(registry, ids);
      } finally {
        records.close();
      }
    },
  };
};

interface Ids {
  pending: string;
  vouched: string;
  installed: string;
}

function createFile(): { file: Uint8Array; ids: Ids } {
  const records = new Database(":memory:", { strict: true });
  const registry = new RealmsRegistry(records, { clock });
  for (const realm of [
    realmOf("central"),
    realmOf("acme", { names: ["acme.*"], apiKey: "k", mirrors: ["https://m.example"] }),
    realmOf("local"),
  ]) {
    registry.registerRealm(realm);
  }
  registry.recordRealmTrust("acme", { trust: "unsigned" });
  for (const realm of ["central", "acme"]) {
    registry.indexKatas(
      realm,
      ["v1", "v2"].map((version) =>
        kataOf("finance.audit", version, { tags: ["mail"], description: "words" }),
      ),
    );
  }
  records.run(
    `CREATE TABLE kata_definitions (id TEXT PRIMARY KEY, name TEXT, version TEXT, source_code TEXT, compiled_graph TEXT,
       required_skills TEXT, checksum TEXT, created_at INTEGER)`,
  );
  records.run("INSERT INTO kata_definitions VALUES ('i', 'finance.audit', 'v1', 'kata', '{}', '[]', 'c', 1)");
  const request = (realm: string, version: string) =>
    registry.requestInstall("finance.audit", version, realm, {
      offers: [offered(version)],
      intent: "a need",
    });
  const pending = request("central", "v1").id;
  const vouched = request("acme", "v1");
  const decision = toDecision(vouched, offerOf(vouched), { decision: "approve", by: "mira" });
  const proof = proofOf("one");
  const voucher = createVoucher(decision, proof.nonce, "/ronin.db", key);
  registry.approveInstall(vouched.id, "mira", { proof, voucher, offer: offered("v1") });
  const installed = request("central", "v2").id;
  registry.approveInstall(installed, "mira");
  for (const state of ["downloading", "verified", "registered"] as const)
    registry.moveInstall(installed, state);
  registry.completeInstall(installed, [receiptOf({ kataName: "finance.audit", kataVersion: "v2" })]);
  registry.saveSource(kataOf("finance.audit").sourceHash, new Uint8Array([1]));
  registry.acquireLease("sync", "me", 1000);
  registry.setRealmValidator("central", { path: "realm.json", etag: '"x"' });
  for (const event of ["update", "delete", "replace"]) {
    records.run(`DROP TRIGGER kata_install_receipts_no_${event}`);
  }
  const file = records.serialize();
  records.close();
  return { file, ids: { pending, vouched: vouched.id, installed } };
}

interface Column {
  table: string;
  column: string;
}

function listColumns(file: Uint8Array): Column[] {
  const db = Database.deserialize(file);
  const found = db
    .query<Column, []>(
      `SELECT t.name AS "table", c.name AS "column" FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
       WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '%\\_fts%' ESCAPE '\\'
         AND (SELECT count(*) FROM pragma_table_list WHERE name = t.name AND type = 'table') = 1
         AND t.name <> 'realms_migrations'`,
    )
    .all();
  db.close();
  return found;
}

/** Any SQL type in any column of one row or of all. What a constraint of the table refuses nobody could write. */
function edit(db: Database, { table, column }: Column, random: Random): void {
  const value = sqlValue(random);
  const where = random() < 0.5 ? "" : ` WHERE rowid = (SELECT max(rowid) FROM ${table})`;
  try {
    db.run(`UPDATE ${table} SET ${column} = ${value}${where}`);
  } catch (error) {
    if (!/constraint|mismatch|no such column: rowid/i.test(String(error))) throw error;
  }
}

function sqlValue(random: Random): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "''").replaceAll("\0", "")}'`;
  switch (below(random, 9)) {
    case 0:
      return "NULL";
    case 1:
      return String(pick(random, oddNumbers));
    case 2:
      return pick(random, ["9223372036854775807", "-9223372036854775808", "1e400", "-1e400", "0.1"]);
    case 3:
      return `x'${pick(random, ["", "00", "ff00ff", "c328".repeat(20)])}'`;
    case 4:
      return `zeroblob(${pick(random, [0, 32, 100_000])})`;
    case 5:
      return quoted(
        pick(random, [
          "[]",
          "{}",
          "[1]",
          '["x"]',
          "[null]",
          '[{"version":"v1"}]',
          '"x"',
          "[".repeat(2000),
          "true",
        ]),
      );
    case 6:
      return pick(random, ["'approved'", "'pending'", "'installed'", "'local'", "'central'", "1", "0"]);
    case 7:
      return "char(0, 65, 8238, 0)";
    default:
      return quoted(pick(random, oddTexts));
  }
}

/** A few of the registry's methods, in an order of the case's own. */
function actsOn(
  registry: RealmsRegistry,
  { pending, vouched, installed }: Ids,
  random: Random,
): Array<() => unknown> {
  const receipt = receiptOf({ kataName: "finance.audit", kataVersion: "v1" });
  const all: Array<() => unknown> = [
    () => registry.getRealms(),
    () => registry.findRealm("acme"),
    () => registry.findApiKey("acme"),
    () => registry.registerRealm(realmOf("acme")),
    () => registry.setRealmEnabled("acme", false),
    () => registry.findRealmTrust("acme"),
    () => registry.recordRealmTrust("acme", { trust: "unsigned" }),
    () => registry.resetRealmTrust("acme", "mira"),
    () => registry.getTrustResets("acme"),
    () => registry.removeRealm("acme"),
    () => registry.recordSyncSuccess("central", START),
    () => registry.recordSyncFailure("central", START, "timeout", "slow"),
    () => registry.getSyncStatus("central"),
    () =>
      registry.indexKatas("central", [
        kataOf("finance.audit", "v1", { tags: ["mail"], description: "words" }),
      ]),
    () =>
      registry.replaceIndex(
        "central",
        ["v1", "v2"].map((version) => kataOf("finance.audit", version)),
      ),
    () => registry.findKata("central", "finance.audit", "v1"),
    () => registry.getVersions("central", "finance.audit"),
    () => registry.countKatas(),
    () => registry.countVersions("central"),
    () => registry.getRealmValidator("central"),
    () => registry.setRealmValidator("central", {}),
    () => registry.discover("audit mail"),
    () => registry.discover("finance.audit", ["central"], { tags: ["mail"] }),
    () => registry.requestInstall("finance.audit", "v2", "acme"),
    () => registry.requestInstall("finance.audit", "v1", "central", { offers: [offered("v1")] }),
    () => registry.findRequest(pending),
    () => registry.getPendingRequests(),
    () => registry.getRequests({ status: "approved" }),
    () => registry.approveInstall(pending, "mira", { proof: proofOf("two"), offer: offered("v1") }),
    () => registry.approveInstall(pending, "mira", { proof: proofOf("one") }),
    () => registry.rejectInstall(pending, "no"),
    () => registry.getProof(vouched),
    () => registry.updateOffers(pending, [offered("v2")]),
    () => registry.moveInstall(vouched, "downloading"),
    () => registry.failInstall(vouched, "internal", "a fault", [receipt]),
    () => registry.completeInstall(installed, [receipt]),
    () => registry.getReceipts({ kataName: "finance.audit" }),
    () => registry.countReceipts(),
    () => findBreaks(registry.getReceiptChain(), { position: 1, hash: "h" }),
    () => registry.findSource(kataOf("finance.audit").sourceHash),
    () => registry.pruneSources(),
    () => registry.findHostKata("finance.audit", "v1"),
    () => registry.getHostKatas(),
    () => registry.acquireLease("sync", "you", 1000),
    () => registry.releaseLease("sync", "me"),
  ];
  return Array.from({ length: 3 }, () => pick(random, all));
}

/** However a row was edited: only what the key vouched for, in the form it vouched for, may go on. */
function assertNothingInstalls(registry: RealmsRegistry, { pending, vouched, installed }: Ids): void {
  for (const id of [pending, vouched, installed]) {
    try {
      const request = registry.findRequest(id);
      if (request === undefined) continue;
      verifyVouched({ approvals, database: "/ronin.db" }, request);
      const { kataName, kataVersion, fromRealm, approvedBy, kind, acceptStale, acceptOtherCompiler } =
        request;
      const form = [kataName, kataVersion, fromRealm, approvedBy, kind, acceptStale, acceptOtherCompiler];
      const approved = ["finance.audit", "v1", "acme", "mira", undefined, undefined, undefined];
      const isSame = Bun.deepEquals(form, approved) && Bun.deepEquals(offerOf(request), offered("v1"));
      if (id !== vouched || !isSame) fail(`${id} would be installed as ${JSON.stringify(request)}`);
    } catch (error) {
      toCode(error, [RegistryError, InstallError, ApprovalError]);
    }
  }
}
