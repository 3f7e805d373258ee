import { addColumns } from "./add-columns.ts";
import { fillOwnColumns } from "./adopt-index.ts";
import { bucketsTable } from "./buckets-table.ts";
import { ensureTable } from "./ensure-table.ts";
import { indexTable, rowDigestColumn } from "./index-table.ts";
import { leasesTable } from "./leases-table.ts";
import type { Migration } from "./migrate.ts";
import { indexNames, namesTable, refreshAllNames } from "./names-table.ts";
import { noncesTable } from "./nonces-table.ts";
import { equivocationsTable, statesTable } from "./pack-tables.ts";
import { realmsTable } from "./realms-table.ts";
import { protectReceipts, receiptsTable } from "./receipts-table.ts";
import { requestsTable } from "./requests-table.ts";
import { sourcesTable } from "./sources-table.ts";
import { resetsTable } from "./trust-resets.ts";
import { trustTable } from "./trust-table.ts";
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
    name: "records-5-receipt-chain",
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
      for (const table of [indexTable, namesTable, validatorsTable]) ensureTable(db, table);
      indexNames(db);
      fillOwnColumns(db);
      refreshAllNames(db);
    },
  },
  {
    name: "index-2-packs",
    up(db) {
      addColumns(db, indexTable.name, rowDigestColumn);
      for (const table of [statesTable, bucketsTable, equivocationsTable]) ensureTable(db, table);
    },
  },
];
