import type { Database } from "bun:sqlite";
import type { RealmKataMetadata } from "../model/kata.ts";
import { refreshKatas } from "./refresh-katas.ts";

/** Brings what a search goes through up to date after rows were stored. */
export interface NameRefresher<Row = RealmKataMetadata> {
  /** This row has changed. */
  touch(row: Row): void;
  finish(): void;
}

/** Keeps the names until the end: a chunk is written in their order, and a kata once. */
export function createNameRefresher(db: Database, realmId: string): NameRefresher<{ name: string }> {
  const names: string[] = [];
  return {
    touch({ name }) {
      // Rows mostly come kata by kata, and a list of a million would hold each name several times.
      if (names.at(-1) !== name) names.push(name);
    },
    finish: () => refreshKatas(db, realmId, names),
  };
}
