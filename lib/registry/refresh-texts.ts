import type { Database } from "bun:sqlite";
import { type Chunk, insertChunk, selectChunks, subtractLive, takeChunk } from "./chunks-table.ts";
import { CHUNK_KATAS, type Texts } from "./gram-blocks.ts";
import { isShown } from "./index-table.ts";
import { all, type Row } from "./sql.ts";
import { chunkOf, deleteTexts } from "./texts-table.ts";

/**
 * Brings what a search looks through of these katas up to date with the index, inside the caller's transaction.
 *
 * They move to new chunks together with those of all chunks that are not much larger. So a change costs about what
 * it touches, a kata moves a few times and not at every change, and a realm has few chunks: each is at least twice
 * as large as what came after it.
 */
export function refreshTexts(db: Database, realmId: string, names: Iterable<string>): void {
  const moving = new Set(names);
  if (moving.size === 0) return;
  if (hasTexts(db, realmId)) {
    removeTexts(db, realmId, moving);
    for (const { chunk } of mergeable(selectChunks(db, [realmId]), moving.size)) {
      for (const name of takeChunk(db, chunk)) moving.add(name);
    }
  }
  const chunks = [createChunkWriter(db, realmId, true), createChunkWriter(db, realmId, false)] as const;
  for (const { texts, isActive } of readTexts(db, realmId, [...moving].sort())) {
    chunks[isActive ? 0 : 1].add(texts);
  }
  for (const chunk of chunks) chunk.finish();
}

/** Whether a search finds anything in the realm. */
export function hasTexts(db: Database, realmId: string): boolean {
  return selectChunks(db, [realmId]).length > 0;
}

/** Forgets all texts of a realm, inside the caller's transaction. */
export function deleteAllTexts(db: Database, realmId: string): void {
  for (const { chunk } of selectChunks(db, [realmId])) takeChunk(db, chunk);
}

/** Builds the texts of all katas in the index. */
export function refreshAllTexts(db: Database): void {
  const names = new Map<string, string[]>();
  for (const row of all(db, `SELECT DISTINCT realm_id, kata_name FROM realm_kata_index WHERE ${isShown}`)) {
    const realmId = String(row.realm_id);
    names.set(realmId, [...(names.get(realmId) ?? []), String(row.kata_name)]);
  }
  for (const [realmId, own] of names) refreshTexts(db, realmId, own);
}

function removeTexts(db: Database, realmId: string, names: Iterable<string>): void {
  const removed = new Map<number, number>();
  for (const name of names) {
    const id = deleteTexts(db, realmId, name);
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

/** A heap is let grow to a multiple of what lives in it, and only a sync's own process reads so many names. */
const NAMES_PER_COLLECTION = 5000;

interface ChunkWriter {
  /** In the order of names. */
  add(texts: Texts): void;
  finish(): void;
}

function createChunkWriter(db: Database, realmId: string, isActive: boolean): ChunkWriter {
  let katas: Texts[] = [];
  const finish = (): void => {
    if (katas.length > 0) insertChunk(db, realmId, isActive, katas);
    katas = [];
  };
  return {
    add(texts) {
      katas.push(texts);
      if (katas.length === CHUNK_KATAS) finish();
    },
    finish,
  };
}

interface ShownTexts {
  texts: Texts;
  isActive: boolean;
}

const NAMES_AT_ONCE = 500;
/** Of those of the katas that have a version to show, in the order given. */
function* readTexts(db: Database, realmId: string, names: readonly string[]): Generator<ShownTexts> {
  for (let at = 0; at < names.length; at += NAMES_AT_ONCE) {
    const rows = all(
      db,
      `SELECT version.kata_name, search_tags, search_description, status
       FROM json_each(?1) AS wanted CROSS JOIN realm_kata_index AS version
         ON version.realm_id = ?2 AND version.kata_name = wanted.value
       WHERE ${isShown}`,
      [JSON.stringify(names.slice(at, at + NAMES_AT_ONCE)), realmId],
    );
    let first = 0;
    for (let end = 1; end <= rows.length; end += 1) {
      if (rows[end]?.kata_name === rows[first]?.kata_name) continue;
      yield toShownTexts(rows.slice(first, end));
      first = end;
    }
    if ((at + NAMES_AT_ONCE) % NAMES_PER_COLLECTION === 0) Bun.gc(true);
  }
}

/** Of versions of one kata. They mostly repeat each other's texts, and each needs to be looked through once. */
export function toShownTexts(versions: readonly Row[]): ShownTexts {
  const tags = new Set(versions.map((row) => String(row.search_tags)));
  const descriptions = new Set(versions.map((row) => String(row.search_description)));
  return {
    texts: [String(versions[0]?.kata_name), [...tags].join(""), [...descriptions].join("")],
    isActive: versions.some((row) => row.status === "active"),
  };
}
