import type { Database } from "bun:sqlite";
import { insertChunk, insertGrams, selectNextChunk } from "./chunks-table.ts";
import { CHUNK_KATAS, type Texts, toGramBlocks } from "./gram-blocks.ts";
import { idOf, insertKata } from "./katas-table.ts";
import { isActive, type ShownKata, textIn } from "./shown-kata.ts";

/** Stores the katas of a realm as new chunks, inside the caller's transaction. */
export interface ChunkWriters {
  /** In the order of names, each name once. */
  add(kata: ShownKata): void;
  /** A search finds what was added from now on. */
  finish(): void;
}

/** One chunk at a time for the active katas and one for the others. Only the texts of these two are in memory. */
export function createChunkWriters(db: Database, realmId: string): ChunkWriters {
  const first = selectNextChunk(db);
  // The active ones are nearly all: above the others they are written at the end of the table.
  const chunks = { inactive: createChunk(first), active: createChunk(first + 1) };
  let next = first + 2;
  const close = (kind: keyof typeof chunks): void => {
    const { chunk, texts } = chunks[kind];
    if (texts.length > 0) {
      insertChunk(db, {
        chunk,
        realmId,
        isActive: kind === "active",
        firstName: texts[0]?.[0] ?? "",
        katas: texts.length,
        live: texts.length,
      });
      if (texts.length > MAX_UNINDEXED) insertGrams(db, chunk, toGramBlocks(texts));
    }
    chunks[kind] = createChunk(next++);
  };
  return {
    add(kata) {
      const kind = isActive(kata) ? "active" : "inactive";
      const { chunk, texts } = chunks[kind];
      insertKata(db, idOf(chunk, texts.length), realmId, kata);
      if (texts.push([textIn(0, kata), textIn(1, kata), textIn(2, kata)]) === CHUNK_KATAS) close(kind);
    },
    finish() {
      close("inactive");
      close("active");
    },
  };
}

/** So few katas are read faster than looked up, and a change of one writes one row in the place of hundreds. */
export const MAX_UNINDEXED = 32;

function createChunk(chunk: number): { chunk: number; texts: Texts[] } {
  return { chunk, texts: [] };
}
