import type { KataDiscoveryResult } from "../../lib/registry/registry.ts";
import type { Query } from "../queries.ts";
import { createKataTable, readResults } from "./kata-tables.ts";
import { type ResultsByName, type SearchPeer, toDocument } from "./peer.ts";

/**
 * A bare FTS5 table as SQLite's documentation sets it up: a row a kata, a prefix index for the prefixes that are
 * asked for, `ORDER BY rank` with a LIMIT, which it calls faster than `bm25()` by name, the weights of the columns
 * set once as the table's rank, and `optimize` after loading.
 */
export function createFts5Peer(path: string, katas: ResultsByName): SearchPeer {
  const db = createKataTable(path, katas);
  db.run("CREATE VIRTUAL TABLE names USING fts5(name, tags, description, prefix = '3')");
  const insert = db.prepare("INSERT INTO names VALUES (?, ?, ?)");
  db.transaction(() => {
    for (const kata of katas.values()) {
      const { name, tags, description } = toDocument(kata);
      insert.run(name, tags, description);
    }
  })();
  db.run("INSERT INTO names (names, rank) VALUES ('rank', 'bm25(3.0, 2.0, 1.0)')");
  db.run("INSERT INTO names (names) VALUES ('optimize')");
  const everything = db.query<{ name: string }, [number]>("SELECT name FROM names LIMIT ?");
  const matching = db.query<{ name: string }, [string, number]>(
    "SELECT name FROM names WHERE names MATCH ? ORDER BY rank LIMIT ?",
  );
  return {
    name: "FTS5",
    unanswered: ["inside a word"],
    search(query, limit = -1): KataDiscoveryResult[] {
      const rows = query.kind === "*" ? everything.all(limit) : matching.all(toMatch(query), limit);
      return readResults(
        db,
        rows.map(({ name }) => name),
      );
    },
    [Symbol.dispose]: () => db.close(),
  };
}

function toMatch({ kind, text }: Query): string {
  const terms = text.split(" ").map((word) => `"${word}"`);
  return kind === "prefix of 3" ? `${terms.join(" OR ")} *` : terms.join(" OR ");
}
