import type { Database } from "bun:sqlite";
import * as z from "zod";
import { jsonColumn, parseRow } from "./row.ts";
import { all, first, type Row } from "./sql.ts";

/** A kata as the host has registered it, read from the host's own table. */
export interface HostKata {
  name: string;
  version: string;
  /** The text that was registered. */
  source: string;
  /** JSON text of what the host's compiler returned. */
  compiledGraph: string;
  requiredSkills: string[];
  /** The host's own: SHA-256 of the parsed kata, not of the source. */
  checksum: string;
  /** Milliseconds since 1970. */
  createdAt: number;
}

const TABLE = "kata_definitions";

const hostKataSchema = z
  .object({
    name: z.string(),
    version: z.string(),
    source_code: z.string(),
    compiled_graph: z.string(),
    required_skills: jsonColumn(z.array(z.string())),
    checksum: z.string(),
    created_at: z.int(),
  })
  .transform(
    (row): HostKata => ({
      name: row.name,
      version: row.version,
      source: row.source_code,
      compiledGraph: row.compiled_graph,
      requiredSkills: row.required_skills,
      checksum: row.checksum,
      createdAt: row.created_at,
    }),
  );

/**
 * Undefined when the host has none, or has registered no kata ever and so lacks the table.
 *
 * @throws RegistryError `invalid_input` for a row that cannot be read: it must not pass for a missing one
 */
export function selectHostKata(db: Database, name: string, version: string): HostKata | undefined {
  if (!hasTable(db)) return undefined;
  const row = first(db, `SELECT * FROM ${TABLE} WHERE name = ? AND version = ?`, [name, version]);
  return row === undefined ? undefined : parseRow(TABLE, hostKataSchema, row);
}

/** All that can be read, oldest first. */
export function selectHostKatas(db: Database): HostKata[] {
  if (!hasTable(db)) return [];
  return all(db, `SELECT * FROM ${TABLE} ORDER BY created_at, rowid`).flatMap((row: Row) => {
    const kata = hostKataSchema.safeParse(row);
    return kata.success ? [kata.data] : [];
  });
}

function hasTable(db: Database): boolean {
  return first(db, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", [TABLE]) !== undefined;
}
