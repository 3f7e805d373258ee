import type { Database } from "bun:sqlite";
import { refreshTexts } from "./refresh-texts.ts";

/** Brings what a search looks through up to date after rows were stored. */
export interface NameRefresher {
  /** A row of this kata has changed. */
  touch(name: string): void;
  finish(): void;
}

/** Keeps the names until the end: a chunk is written in their order, and a kata once. */
export function createNameRefresher(db: Database, realmId: string): NameRefresher {
  const names: string[] = [];
  return {
    touch(name) {
      // Rows mostly come kata by kata, and a list of a million would hold each name several times.
      if (names.at(-1) !== name) names.push(name);
    },
    finish: () => refreshTexts(db, realmId, names),
  };
}
