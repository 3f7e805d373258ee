import type { SQLQueryBindings } from "bun:sqlite";
import type { KataDiscoveryResult } from "../../lib/registry/registry.ts";
import { createKataTable, readResults } from "./kata-tables.ts";
import type { ResultsByName, SearchPeer } from "./peer.ts";

/**
 * The guide's search, `LIKE '%word%'` on name, tags and description, made to return the same katas in the same
 * order as the pack: any of the words, the exact name first, then more words, the better place, active ones.
 */
export function createLikePeer(path: string, katas: ResultsByName): SearchPeer {
  const db = createKataTable(path, katas);
  return {
    name: "LIKE scan",
    unanswered: [],
    search({ text }, limit = -1): KataDiscoveryResult[] {
      const words = text === "*" ? [] : text.split(" ");
      const params: SQLQueryBindings[] = [text, limit, ...words.map(toPattern)];
      const rows = db.query<{ kata_name: string }, SQLQueryBindings[]>(likeSql(words.length)).all(...params);
      return readResults(
        db,
        rows.map((row) => row.kata_name),
      );
    },
    [Symbol.dispose]: () => db.close(),
  };
}

function toPattern(word: string): string {
  return `%${word.replace(/[\\%_]/g, "\\$&")}%`;
}

const places = ["kata_name", "tags", "description"];

function likeSql(words: number): string {
  const active =
    "EXISTS (SELECT 1 FROM katas AS one WHERE one.kata_name = hit.kata_name AND status = 'active')";
  if (words === 0) {
    return `SELECT kata_name FROM (SELECT DISTINCT kata_name FROM katas) AS hit
      WHERE ?1 <> '' ORDER BY ${active} DESC, kata_name LIMIT ?2`;
  }
  const patterns = Array.from({ length: words }, (_, at) => `?${at + 3}`);
  const like = (place: string, pattern: string): string => `${place} LIKE ${pattern} ESCAPE '\\'`;
  const anyWordIn = (place: string): string => patterns.map((pattern) => like(place, pattern)).join(" OR ");
  const found = patterns.map((pattern) => `max(${places.map((place) => like(place, pattern)).join(" OR ")})`);
  return `
    SELECT kata_name FROM (
      SELECT kata_name, ${found.join(" + ")} AS words,
             min(CASE WHEN ${anyWordIn("kata_name")} THEN 0 WHEN ${anyWordIn("tags")} THEN 1 ELSE 2 END) AS place
      FROM katas WHERE ${places.map(anyWordIn).join(" OR ")} GROUP BY kata_name
    ) AS hit
    ORDER BY kata_name = ?1 DESC, words DESC, place, ${active} DESC, kata_name LIMIT ?2`;
}
