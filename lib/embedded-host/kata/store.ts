import type { DatabaseStatements } from "../contract/database.ts";
import type { CompiledKata } from "../contract/kata.ts";

/** Creates the table, then the index. Rejects when the database does. */
export async function createKataTable(db: DatabaseStatements): Promise<void> {
  await db.execute(`CREATE TABLE IF NOT EXISTS kata_definitions (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    source_code TEXT NOT NULL,
    compiled_graph TEXT NOT NULL,
    required_skills TEXT NOT NULL,
    checksum TEXT NOT NULL,
    ontology_node_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  )`);
  await db.execute(
    "CREATE UNIQUE INDEX IF NOT EXISTS idx_kata_name_version ON kata_definitions (name, version)",
  );
}

/**
 * Writes one kata over whatever stands under its id or its name and version. The id joins both with a low line, so
 * `hfc` `v1_v2` takes the place of `hfc_v1` `v2`: the host's flaw, kept because a pack has to survive it.
 */
export async function insertKata(db: DatabaseStatements, kata: CompiledKata, source: string): Promise<void> {
  const now = Date.now();
  await db.execute(
    `INSERT OR REPLACE INTO kata_definitions
      (id, name, version, source_code, compiled_graph, required_skills, checksum, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      `${kata.name}_${kata.version}`,
      kata.name,
      kata.version,
      source,
      JSON.stringify(kata),
      JSON.stringify(kata.requiredSkills),
      kata.checksum,
      now,
      now,
    ],
  );
}

export async function findKata(
  db: DatabaseStatements,
  name: string,
  version: string,
): Promise<CompiledKata | undefined> {
  const sql = "SELECT compiled_graph FROM kata_definitions WHERE name = ? AND version = ?";
  const [row] = await db.query<GraphRow>(sql, [name, version]);
  return row && toCompiledKata(row);
}

/** Versions are ordered as text, highest first: v9, v2, v10, v1. */
export async function findVersions(db: DatabaseStatements, name: string): Promise<CompiledKata[]> {
  const sql = "SELECT compiled_graph FROM kata_definitions WHERE name = ? ORDER BY version DESC";
  const rows = await db.query<GraphRow>(sql, [name]);
  return rows.map(toCompiledKata);
}

interface GraphRow {
  compiled_graph: string;
}

function toCompiledKata(row: GraphRow): CompiledKata {
  return JSON.parse(row.compiled_graph) as CompiledKata;
}
