import { Database } from "bun:sqlite";
import vectors from "../host-vectors.json" with { type: "json" };
import { sha256 } from "./fixtures.ts";

/** A kata as the host's compiler gives it, with the hash that realms would list. */
export interface HostVector {
  source: string;
  compiled: string;
  compiledHash: string;
  name: string;
  version: string;
}

/** What the real host's compiler made of the sources that it takes. */
export const hostVectors: HostVector[] = vectors.flatMap(({ source, compiled, compiledHash }) => {
  if (compiled === undefined || compiledHash === undefined) return [];
  const { name, version } = JSON.parse(compiled);
  return [{ source, compiled, compiledHash, name, version }];
});

/** The host's table of katas, with the columns and manners of Ronin 1.1.1. */
export class HostDatabase implements Disposable {
  readonly db: Database;

  constructor(path: string) {
    this.db = new Database(path, { create: true, readwrite: true, strict: true });
    this.db.run(
      `CREATE TABLE kata_definitions (id TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL,
       source_code TEXT NOT NULL, compiled_graph TEXT NOT NULL, required_skills TEXT NOT NULL,
       checksum TEXT NOT NULL, ontology_node_id TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL)`,
    );
  }

  register(
    kata: Pick<HostVector, "name" | "version" | "source" | "compiled">,
    createdAt = 1_700_000_000_000,
  ): void {
    this.db.run("INSERT OR REPLACE INTO kata_definitions VALUES (?, ?, ?, ?, ?, '[]', ?, NULL, ?, ?)", [
      `${kata.name}_${kata.version}`,
      kata.name,
      kata.version,
      kata.source,
      kata.compiled,
      sha256(kata.compiled),
      createdAt,
      createdAt,
    ]);
  }

  delete(name: string): void {
    this.db.run("DELETE FROM kata_definitions WHERE name = ?", [name]);
  }

  [Symbol.dispose](): void {
    this.db.close();
  }
}
