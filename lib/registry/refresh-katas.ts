import type { Database } from "bun:sqlite";
import { createChunkWriters } from "./chunk-writer.ts";
import { type Chunk, selectChunks, subtractLive, takeChunk } from "./chunks-table.ts";
import { isShown } from "./index-table.ts";
import { chunkOf, deleteKata, readFromIndex } from "./katas-table.ts";
import { all } from "./sql.ts";

/**
 * Brings what a search goes through of these katas up to date with the index, inside the caller's transaction.
 *
 * They move to new chunks together with those of all chunks that are not much larger. So a change costs about what
 * it touches, a kata moves a few times and not at every change, and a realm has few chunks: each is at least twice
 * as large as what came after it.
 */
export function refreshKatas(db: Database, realmId: string, names: Iterable<string>): void {
  const moving = new Set(names);
  if (moving.size === 0) return;
  if (isSearchable(db, realmId)) {
    removeKatas(db, realmId, moving);
    for (const { chunk } of mergeable(selectChunks(db, [realmId]), moving.size)) {
      for (const name of takeChunk(db, chunk)) moving.add(name);
    }
  }
  const chunks = createChunkWriters(db, realmId);
  for (const [at, name] of [...moving].sort().entries()) {
    const kata = readFromIndex(db, realmId, name);
    if (kata !== undefined) chunks.add(kata);
    if (at % NAMES_PER_COLLECTION === NAMES_PER_COLLECTION - 1) Bun.gc(true);
  }
  chunks.finish();
}

/** A heap is let grow to a multiple of what lives in it, and only a sync's own process reads so many names. */
const NAMES_PER_COLLECTION = 5000;

/** Whether a search finds anything in the realm. */
export function isSearchable(db: Database, realmId: string): boolean {
  return selectChunks(db, [realmId]).length > 0;
}

/** A search finds nothing in the realm any more. Inside the caller's transaction. */
export function deleteKatas(db: Database, realmId: string): void {
  for (const { chunk } of selectChunks(db, [realmId])) takeChunk(db, chunk);
}

/** Makes all katas in the index searchable. */
export function refreshAllKatas(db: Database): void {
  const names = new Map<string, string[]>();
  for (const row of all(db, `SELECT DISTINCT realm_id, kata_name FROM realm_kata_index WHERE ${isShown}`)) {
    const realmId = String(row.realm_id);
    names.set(realmId, [...(names.get(realmId) ?? []), String(row.kata_name)]);
  }
  for (const [realmId, own] of names) refreshKatas(db, realmId, own);
}

function removeKatas(db: Database, realmId: string, names: Iterable<string>): void {
  const removed = new Map<number, number>();
  for (const name of names) {
    const id = deleteKata(db, realmId, name);
    if (id === undefined) continue;
    removed.set(chunkOf(id), (removed.get(chunkOf(id)) ?? 0) + 1);
  }
  for (const [chunk, katas] of removed) subtractLive(db, chunk, katas);
}

/** The smallest chunks, as long as the next is at most twice as large as all that moves by then. */
function mergeable(chunks: readonly Chunk[], moving: number): Chunk[] {
  let total = moving;
  const bySize = chunks.toSorted((a, b) => a.live - b.live);
  const end = bySize.findIndex(({ live }) => {
    if (live > 2 * total) return true;
    total += live;
    return false;
  });
  return end === -1 ? bySize : bySize.slice(0, end);
}
