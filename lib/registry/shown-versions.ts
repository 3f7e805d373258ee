import type { Database } from "bun:sqlite";
import { shownColumns } from "./index-row.ts";
import { isShown } from "./index-table.ts";
import { foldText, toLines } from "./search-text.ts";
import { all, type Row, type SqlValue } from "./sql.ts";

/** What a version has to be for a search to look at it and show it. */
export interface VersionFilter {
  complexity?: string | undefined;
  category?: string | undefined;
  skills?: readonly string[] | undefined;
  tags?: readonly string[] | undefined;
}

export function isFiltering({ complexity, category, skills = [], tags = [] }: VersionFilter): boolean {
  return complexity !== undefined || category !== undefined || skills.length > 0 || tags.length > 0;
}

/** Parameters ?2 to ?5. The lists are read once: json_each anew for each version would take most of the time. */
const filterLists = `
  WITH
  wanted_skill AS MATERIALIZED (SELECT value AS line FROM json_each(?4)),
  wanted_tag AS MATERIALIZED (SELECT value AS line FROM json_each(?5))`;

const passesFilter = `
  ${isShown} AND (?2 IS NULL OR complexity = ?2) AND (?3 IS NULL OR search_category = ?3)
  AND NOT EXISTS (SELECT 1 FROM wanted_skill WHERE instr(search_skills, line) = 0)
  AND NOT EXISTS (SELECT 1 FROM wanted_tag WHERE instr(search_tags, line) = 0)`;

function toParams({ complexity, category, skills = [], tags = [] }: VersionFilter): SqlValue[] {
  return [
    complexity ?? null,
    category === undefined ? null : toLines([foldText(category)]),
    JSON.stringify(skills.map((skill) => toLines([skill]))),
    JSON.stringify(tags.map((tag) => toLines([foldText(tag)]))),
  ];
}

/** Of the katas with these ids, the versions that pass: id, realm, name, search texts and status. */
export function selectPassing(db: Database, ids: readonly number[], filter: VersionFilter): Row[] {
  return all(
    db,
    `${filterLists}
     SELECT texts.id, texts.realm_id, version.kata_name, search_tags, search_description, status
     FROM json_each(?1) AS wanted CROSS JOIN realm_kata_texts AS texts ON texts.id = wanted.value
       CROSS JOIN realm_kata_index AS version
         ON version.realm_id = texts.realm_id AND version.kata_name = texts.kata_name
     WHERE ${passesFilter}`,
    [JSON.stringify(ids), ...toParams(filter)],
  );
}

const versionColumns = shownColumns.map((column) => `version.${column}`).join(", ");

/** Of these katas, in their order, the rows of the versions that pass. */
export function selectShown(
  db: Database,
  katas: ReadonlyArray<readonly [realmId: string, name: string]>,
  filter: VersionFilter,
): Row[] {
  const isFiltered = isFiltering(filter);
  const wanted = `
     SELECT ${versionColumns} FROM json_each(?1) AS wanted CROSS JOIN realm_kata_index AS version
       ON version.realm_id = wanted.value ->> 0 AND version.kata_name = wanted.value ->> 1
     WHERE`;
  return isFiltered
    ? all(db, `${filterLists} ${wanted} ${passesFilter}`, [JSON.stringify(katas), ...toParams(filter)])
    : all(db, `${wanted} ${isShown}`, [JSON.stringify(katas)]);
}
