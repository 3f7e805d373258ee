import type { Database } from "bun:sqlite";
import type { RealmKataMetadata } from "../model/kata.ts";
import { createChunkWriters } from "./chunk-writer.ts";
import type { NameRefresher } from "./name-refresher.ts";
import { toShownKata } from "./shown-kata.ts";

/**
 * Makes a realm searchable whose rows are the first of it, from the rows as they come: kata by kata, in the order of
 * names. To read them again once they are stored would take as long as storing them.
 */
export function createFirstKatas(db: Database, realmId: string): NameRefresher {
  const chunks = createChunkWriters(db, realmId);
  let versions: RealmKataMetadata[] = [];
  const flush = (): void => {
    const kata = toShownKata(versions);
    if (kata !== undefined) chunks.add(kata);
    versions = [];
  };
  return {
    touch(row) {
      const name = versions[0]?.name;
      if (name !== undefined && name !== row.name) {
        if (name > row.name) throw new RangeError("The rows of a first base are not ordered by name.");
        flush();
      }
      versions.push(row);
    },
    finish() {
      flush();
      chunks.finish();
    },
  };
}
