import { isShown } from "./index-table.ts";

/**
 * Where a search finds the katas that it ranks, which decides how its time grows with the index. `trigrams` reads
 * those that may hold a word; `scan`, for words too short for that, reads all.
 */
export type CandidateSource = "everything" | "trigrams" | "scan";

/**
 * The statement that ranks katas and reads the versions of one page of them.
 *
 * Parameters: ?1 JSON list of realm ids in their order; ?2 JSON `{words, match}`, the folded words and the FTS5
 * expression of `trigrams`; ?3 JSON list of name bindings `[realm, text, isPrefix]`; ?4 the whole query, folded;
 * ?5 limit, -1 for none; ?6 offset. With filters further ?7 complexity; ?8 category; ?9 JSON list of skills; ?10
 * JSON list of tags, each as a line: NULL and empty lists let everything pass.
 *
 * @param isFiltered whether only the versions that pass the filters are searched and shown
 */
export function searchSql(source: CandidateSource, isFiltered: boolean): string {
  const isWanted = isFiltered ? `${isShown} AND ${passesFilters}` : isShown;
  return `
  WITH
  realm AS MATERIALIZED (SELECT value AS id, key AS position FROM json_each(?1)),
  word AS MATERIALIZED (SELECT value AS text FROM json_each(?2, '$.words')),
  binding AS MATERIALIZED (
    SELECT value ->> 0 AS realm_id, value ->> 1 AS text, value ->> 2 AS is_prefix FROM json_each(?3)
  ),
  ${isFiltered ? filterLists : ""}
  candidate AS (${source === "trigrams" ? trigramCandidates : allCandidates}),
  kata AS (${isFiltered ? documentsOf(isWanted) : "SELECT * FROM candidate"}),
  ranked AS MATERIALIZED (
    SELECT realm_id, kata_name, realm_position, is_active, kata_name = ?4 AS is_exact,
           ${source === "everything" ? "4" : relevance} AS relevance
    FROM kata
  ),
  page AS MATERIALIZED (
    SELECT * FROM ranked WHERE relevance IS NOT NULL AND ${isOffered}
    ORDER BY ${orderOf("ranked")} LIMIT ?5 OFFSET ?6
  )
  SELECT version.* FROM page CROSS JOIN realm_kata_index AS version
    ON version.realm_id = page.realm_id AND version.kata_name = page.kata_name
  WHERE ${isWanted}
  ORDER BY ${orderOf("page")}, version.version_number DESC`;
}

const allCandidates = `
  SELECT names.*, realm.position AS realm_position
  FROM realm CROSS JOIN realm_kata_names AS names ON names.realm_id = realm.id`;

const trigramCandidates = `
  SELECT names.*, realm.position AS realm_position
  FROM (SELECT rowid AS id FROM realm_kata_trigrams WHERE realm_kata_trigrams MATCH ?2 ->> '$.match') AS hit
  CROSS JOIN realm_kata_names AS names ON names.id = hit.id
  JOIN realm ON realm.id = names.realm_id`;

/** Read once: json_each anew for each version would take most of the time. */
const filterLists = `
  wanted_skill AS MATERIALIZED (SELECT value AS line FROM json_each(?9)),
  wanted_tag AS MATERIALIZED (SELECT value AS line FROM json_each(?10)),`;

const passesFilters = `
  (?7 IS NULL OR complexity = ?7) AND (?8 IS NULL OR search_category = ?8)
  AND NOT EXISTS (SELECT 1 FROM wanted_skill WHERE instr(search_skills, line) = 0)
  AND NOT EXISTS (SELECT 1 FROM wanted_tag WHERE instr(search_tags, line) = 0)`;

/** What realm_kata_names would hold if there were only the wanted versions of the candidates. */
function documentsOf(isWanted: string): string {
  return `
  SELECT candidate.realm_id, candidate.kata_name, candidate.realm_position,
         candidate.kata_name || group_concat(search_tags, '') || group_concat(search_description, '') AS search_text,
         length(candidate.kata_name) AS name_end,
         length(candidate.kata_name) + sum(length(search_tags)) AS tags_end,
         max(status = 'active') AS is_active
  FROM candidate CROSS JOIN realm_kata_index AS version
    ON version.realm_id = candidate.realm_id AND version.kata_name = candidate.kata_name
  WHERE ${isWanted}
  GROUP BY candidate.id`;
}

/**
 * Four times the number of words found, less the place of the best one: 0 name, 1 tag, 2 description. So one
 * number sorts by words first and by place second; NULL when no word was found. The text holds the name before
 * the tags before the descriptions, so the first place where a word occurs is its best.
 */
const relevance = `(
  SELECT 4 * count(*) - min(CASE WHEN at <= kata.name_end THEN 0 WHEN at <= kata.tags_end THEN 1 ELSE 2 END)
  FROM (SELECT instr(kata.search_text, word.text) AS at FROM word)
  WHERE at > 0
)`;

const covers = `CASE WHEN is_prefix THEN substr(ranked.kata_name, 1, length(text)) = text
                     ELSE ranked.kata_name = text END`;

/** As `isOffered` in bindings.ts: bound to nobody, or to this realm. */
const isOffered = `(
  NOT EXISTS (SELECT 1 FROM binding WHERE ${covers})
  OR EXISTS (SELECT 1 FROM binding WHERE binding.realm_id = ranked.realm_id AND ${covers})
)`;

function orderOf(table: string): string {
  return ["is_exact DESC", "relevance DESC", "is_active DESC", "kata_name", "realm_position"]
    .map((term) => `${table}.${term}`)
    .join(", ");
}
