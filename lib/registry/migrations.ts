import { addColumns } from "./add-columns.ts";
import { fillOwnColumns } from "./adopt-index.ts";
import { bucketsTable } from "./buckets-table.ts";
import { chunksTable, gramsTable } from "./chunks-table.ts";
import { ensureTable } from "./ensure-table.ts";
import { indexTable, rowDigestColumn } from "./index-table.ts";
import { katasTable } from "./katas-table.ts";
import { leasesTable } from "./leases-table.ts";
import type { Migration } from "./migrate.ts";
import { noncesTable } from "./nonces-table.ts";
import { noticesTable } from "./notices-table.ts";
import { equivocationsTable, stateRowsColumn, statesTable } from "./pack-tables.ts";
import { realmsTable } from "./realms-table.ts";
import { protectReceipts, receiptsTable } from "./receipts-table.ts";
import { removalsTable } from "./removals.ts";
import { replaceOldSearch } from "./replace-old-search.ts";
import { requestsTable } from "./requests-table.ts";
import { sourcesTable } from "./sources-table.ts";
import { run } from "./sql.ts";
import { resetsTable } from "./trust-resets.ts";
import { trustTable } from "./trust-table.ts";
import { updateChoicesTable } from "./update-choices.ts";
import { validatorsTable } from "./validators-table.ts";

/** What must not be lost: realms, decisions, receipts. */
export const recordsMigrations: readonly Migration[] = [
  {
    name: "records-1",
    up(db) {
      for (const table of [
        realmsTable,
        requestsTable,
        receiptsTable,
        noncesTable,
        sourcesTable,
        leasesTable,
      ]) {
        ensureTable(db, table);
      }
      protectReceipts(db);
    },
  },
  {
    name: "records-2-mirrors",
    up(db) {
      addColumns(db, realmsTable.name, { mirrors: "TEXT", earlier_failures: "INTEGER" });
    },
  },
  {
    name: "records-3-trust",
    up(db) {
      for (const table of [trustTable, resetsTable]) ensureTable(db, table);
      addColumns(db, receiptsTable.name, { trust: "TEXT" });
    },
  },
  {
    name: "records-4-accept-stale",
    up(db) {
      addColumns(db, requestsTable.name, { accept_stale: "BOOLEAN" });
    },
  },
  {
    name: "records-5-life",
    up(db) {
      for (const table of [noticesTable, updateChoicesTable, removalsTable]) ensureTable(db, table);
      protectReceipts(db, removalsTable.name);
    },
  },
  {
    name: "records-6-announced",
    up(db) {
      addColumns(db, requestsTable.name, { announced_at: "INTEGER" });
      // What ended before was said then, or nobody waits for it any more.
      run(
        db,
        `UPDATE kata_install_requests SET announced_at = coalesce(decided_at, requested_at, 0)
         WHERE install_state IN ('installed', 'failed')`,
      );
    },
  },
  {
    name: "records-7-receipt-chain",
    up(db) {
      addColumns(db, receiptsTable.name, { chain_position: "INTEGER", previous_hash: "TEXT" });
    },
  },
];

/** What a sync can rebuild. */
export const indexMigrations: readonly Migration[] = [
  {
    name: "index-1",
    up(db) {
      for (const table of [indexTable, validatorsTable]) ensureTable(db, table);
      fillOwnColumns(db);
    },
  },
  {
    name: "index-2-packs",
    up(db) {
      addColumns(db, indexTable.name, rowDigestColumn);
      for (const table of [statesTable, bucketsTable, equivocationsTable]) ensureTable(db, table);
    },
  },
  {
    name: "index-3-katas",
    up(db) {
      for (const table of [katasTable, chunksTable, gramsTable]) ensureTable(db, table);
      addColumns(db, statesTable.name, stateRowsColumn);
      replaceOldSearch(db);
    },
  },
];
