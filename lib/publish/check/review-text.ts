import { findHiddenCharacter } from "../hidden-characters.ts";
import type { PublishedRow } from "../published-row.ts";
import { rowKey } from "../published-row.ts";
import type { Finding } from "./finding.ts";

/**
 * Characters in the texts of rows that clients drop before they show them. Nothing is lost by that, but nobody
 * puts them there by accident.
 */
export function reviewText(rows: readonly PublishedRow[]): Finding[] {
  const hidden = rows.filter(({ line }) => hasHidden(JSON.parse(line)));
  const [first] = hidden;
  if (first === undefined) return [];
  return [
    {
      code: "hidden_characters",
      file: rowKey(first.row),
      found: `invisible characters in ${hidden.length === 1 ? "1 row" : `${hidden.length} rows`}`,
      expected: "text that people can see; publish it anew with realms build",
    },
  ];
}

function hasHidden(value: unknown): boolean {
  if (typeof value === "string") return findHiddenCharacter(value) !== undefined;
  return typeof value === "object" && value !== null && Object.values(value).some(hasHidden);
}
