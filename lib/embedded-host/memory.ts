import { Database } from "bun:sqlite";
import { randomUUID } from "node:crypto";
import type { MemoryAPI, MemoryEntry } from "./contract/services.ts";

/**
 * Keys and values in the host's database file, on a connection of their own. While another connection holds the
 * write lock a store blocks the whole event loop, `attempts` times `busyTimeoutMs`, and then rejects: about twelve
 * seconds by default, as in the host.
 */
export class MemoryStore implements MemoryAPI {
  readonly #db: Database;
  readonly #attempts: number;

  constructor(path: string, { busyTimeoutMs = 3000, attempts = 4 } = {}) {
    this.#db = new Database(path);
    this.#attempts = attempts;
    this.#db.run(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    this.#db.run(`CREATE TABLE IF NOT EXISTS memories (
      id TEXT PRIMARY KEY,
      key TEXT UNIQUE,
      value TEXT NOT NULL,
      text TEXT,
      metadata TEXT,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL
    )`);
  }

  async store(key: string, value: unknown): Promise<void> {
    const now = Date.now();
    const sql =
      "INSERT OR REPLACE INTO memories (id, key, value, created_at, updated_at) VALUES (?, ?, ?, ?, ?)";
    // Undefined has no JSON text, binds as NULL and is refused by the table.
    const row = [randomUUID(), key, JSON.stringify(value) ?? null, now, now];
    await this.#whileBusy(() => this.#db.query(sql).run(...row));
  }

  async retrieve(key: string): Promise<unknown> {
    const row = this.#db
      .query<{ value: string }, [string]>("SELECT value FROM memories WHERE key = ?")
      .get(key);
    return row ? JSON.parse(row.value) : null;
  }

  async search(query: string, limit = 10): Promise<MemoryEntry[]> {
    const sql = `SELECT id, key, substr(value, 1, ${PREVIEW_CHARS}) AS value, text, metadata, created_at, updated_at
      FROM memories WHERE text LIKE ?1 OR value LIKE ?1 ORDER BY updated_at DESC LIMIT ?2`;
    return this.#db.query<MemoryRow, [string, number]>(sql).all(`%${query}%`, limit).map(toMemoryEntry);
  }

  close(): void {
    this.#db.close();
  }

  async #whileBusy(write: () => unknown): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        write();
        return;
      } catch (error) {
        const busy = error instanceof Error && "code" in error && error.code === "SQLITE_BUSY";
        if (!busy || attempt >= this.#attempts) throw error;
      }
    }
  }
}

const PREVIEW_CHARS = 4000;

interface MemoryRow {
  id: string;
  key: string | null;
  value: string;
  text: string | null;
  metadata: string | null;
  created_at: number;
  updated_at: number;
}

function toMemoryEntry(row: MemoryRow): MemoryEntry {
  return {
    id: row.id,
    key: row.key ?? undefined,
    value: row.value,
    text: row.text ?? undefined,
    metadata: row.metadata === null ? undefined : JSON.parse(row.metadata),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
