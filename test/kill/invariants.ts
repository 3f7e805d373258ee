import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { indexPath, readRequests, readRows, recordsPath } from "./records.ts";

/** The longest that a lease of a dead process may keep others from working. */
const MAX_LEASE_MS = 60_000;
/** What is installed when the story has come to its end. */
export const KATAS = ["notify.user@v1", "report.weekly@v1"];

/** Everything that a sync stores of the realm, as text to compare. */
export function dumpIndex(home: string): string {
  const tables = {
    realm_kata_index:
      "realm_id, kata_name, kata_version, source_hash, compiled_hash, status, hex(row_digest) AS digest",
    realm_kata_names: "realm_id, kata_name, search_text, is_active",
    realm_states: "realm_id, seq, state, pointer_hash",
    realm_buckets: "realm_id, bucket, hex(digest) AS digest, hex(row_digests) AS rows",
  };
  return Object.entries(tables)
    .map(([table, columns]) => {
      const sql = `SELECT ${columns} FROM ${table} WHERE realm_id = 'acme' ORDER BY 1, 2, 3`;
      return `${table} ${JSON.stringify(readRows(indexPath(home), sql))}`;
    })
    .join("\n");
}

/** What holds at every moment, right after a kill too. Each sentence is a breach. */
export function findBreaches(home: string, indexes: readonly string[], now: number): string[] {
  const breaches: string[] = [];
  for (const path of [recordsPath(home), indexPath(home)]) {
    for (const { integrity_check: found } of readRows<{ integrity_check: string }>(
      path,
      "PRAGMA integrity_check",
    ))
      if (found !== "ok") breaches.push(`${path}: ${found}`);
  }
  const katas = new Map(
    readRows<{ kata: string; source: string }>(
      recordsPath(home),
      "SELECT name || '@' || version AS kata, source_code AS source FROM kata_definitions",
    ).map(({ kata, source }) => [kata, createHash("sha256").update(source).digest("hex")]),
  );
  for (const { kata, hash } of readReceipts(home))
    if (katas.get(kata) !== hash) breaches.push(`a receipt for ${kata}, and no kata with its bytes`);
  if (!indexes.includes(dumpIndex(home)))
    breaches.push(`an index that is neither old nor new: ${dumpIndex(home)}`);
  for (const lease of readRows<{ name: string; expires_at: number }>(
    recordsPath(home),
    "SELECT name, expires_at FROM realms_leases",
  )) {
    if (lease.expires_at > now + MAX_LEASE_MS)
      breaches.push(`the lease ${lease.name} holds for more than a minute`);
  }
  return breaches;
}

/** What holds once the restarted host was left to itself and the person has decided. */
export function findUnrecovered(
  home: string,
  newIndex: string,
  { mayRepeat = false, mayHaveFailed = false }: { mayRepeat?: boolean; mayHaveFailed?: boolean } = {},
): string[] {
  const breaches: string[] = [];
  const receipts = readReceipts(home);
  const expect = (what: string, found: unknown, expected: unknown): void => {
    if (!Bun.deepEquals(found, expected)) breaches.push(`${what}: ${JSON.stringify(found)}`);
  };
  if (dumpIndex(home) !== newIndex) breaches.push("the index is not the new one");
  expect("receipts", receipts.map(({ kata }) => kata).sort(), KATAS);
  expect(
    "katas",
    readRows<{ kata: string }>(
      recordsPath(home),
      "SELECT name || '@' || version AS kata FROM kata_definitions ORDER BY 1",
    ).map(({ kata }) => kata),
    KATAS,
  );
  expect(
    "requests",
    readRequests(home).map(({ status, installState }) => `${status} ${installState}`),
    ["approved installed"],
  );
  const said = readSaid(home).filter(({ event }) => event === "kata.installed");
  const own = receipts.find(({ kata }) => kata === "report.weekly@v1")?.id;
  expect("receipts that were announced", [...new Set(said.map(({ data }) => data.receiptId))], [own]);
  // Right behind the event nobody can know whether it was said: only there it may be said again.
  if (said.length !== 1 && !(mayRepeat && said.length === 2))
    breaches.push(`kata.installed was said ${said.length} times`);
  const failed = readSaid(home).filter(({ event }) => event === "kata.install_failed");
  if (!mayHaveFailed) expect("failures that were announced", failed, []);
  expect("files left behind", findForeignFiles(home), []);
  return breaches;
}

/** After a restart the end of the chain of receipts is remembered, wherever the process before was killed. */
export function findUnremembered(home: string): string[] {
  const heads = readdirSync(join(home, "state"))
    .filter((name) => /^receipts-[0-9a-f]{16}\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(home, "state", name), "utf8")).position);
  const receipts = readReceipts(home).length;
  return Bun.deepEquals(heads, [receipts])
    ? []
    : [`the end of ${receipts} receipts is remembered as ${JSON.stringify(heads)}`];
}

function readReceipts(home: string): { id: string; kata: string; hash: string }[] {
  return readRows(
    recordsPath(home),
    "SELECT id, kata_name || '@' || kata_version AS kata, source_hash AS hash FROM kata_install_receipts",
  );
}

interface Said {
  event: string;
  data: Record<string, unknown>;
}

/** What every process of this home said on its bus, the killed ones too. */
export function readSaid(home: string): Said[] {
  const path = join(home, "said.ndjson");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Said);
}

const known = [
  /^said\.ndjson$/,
  /^ronin(\.realms-index)?\.db(-wal|-shm)?$/,
  /^ronin\.realms-index\.db\.checked$/,
  /^state\/(approval\.key|host\.json|receipts-[0-9a-f]{16}\.json)$/,
  /^ronin\.realms-index-metadata\/realm-acme\/(first-root|root|timestamp|snapshot|targets|realm)\.json$/,
];

function findForeignFiles(home: string): string[] {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(home.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((path) => !known.some((pattern) => pattern.test(path)));
}
