import type { Database } from "bun:sqlite";
import { refreshNames } from "./names-table.ts";

/** Brings what a search looks through up to date while rows are stored that mostly come name by name. */
export interface NameRefresher {
  /** A row of this kata has changed. */
  touch(name: string): void;
  finish(): void;
}

/** Keeps one name in mind at a time: rows in another order cost a name more work, and no memory. */
export function createNameRefresher(db: Database, realmId: string): NameRefresher {
  let current: string | undefined;
  const finish = (): void => {
    if (current !== undefined) refreshNames(db, realmId, [current]);
    current = undefined;
  };
  return {
    touch(name) {
      if (name === current) return;
      finish();
      current = name;
    },
    finish,
  };
}
