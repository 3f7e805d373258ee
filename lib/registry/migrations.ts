import { fillOwnColumns } from "./adopt-index.ts";
import { ensureTable } from "./ensure-table.ts";
import { indexTable } from "./index-table.ts";
import { leasesTable } from "./leases-table.ts";
import type { Migration } from "./migrate.ts";
import { indexNames, namesTable, refreshAllNames } from "./names-table.ts";
import { noncesTable } from "./nonces-table.ts";
import { realmsTable } from "./realms-table.ts";
import { protectReceipts, receiptsTable } from "./receipts-table.ts";
import { requestsTable } from "./requests-table.ts";
import { sourcesTable } from "./sources-table.ts";
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
];
