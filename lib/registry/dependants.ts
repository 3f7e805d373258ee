import type { Database } from "bun:sqlite";
import { describeStored } from "../trust/stored-kata.ts";
import { selectHostKatas } from "./host-katas.ts";
import { all, type SqlValue } from "./sql.ts";

/** What names a version of a kata in the host's database. */
export interface Dependants {
  /** `name@version` of registered katas that require or spawn it. */
  katas: string[];
  contracts: string[];
  /** Tasks of it that have not ended. */
  tasks: Array<{ id: string; state: string }>;
}

/** More than this are not listed: by then the answer is known. */
const MAX_LISTED = 50;

/** Reads the host's tables as far as this host has them. @throws RegistryBusyError */
export function selectDependants(db: Database, name: string, version: string): Dependants {
  const ref = `${name}@${version}`;
  return {
    katas: selectHostKatas(db)
      .filter((kata) => describeStored(kata)?.requiredKatas?.includes(ref) === true)
      .map((kata) => `${kata.name}@${kata.version}`),
    contracts: selectTexts(db, {
      table: "contracts_v2",
      columns: ["name", "enabled"],
      where: ["target_kata", "target_kata_version"],
      params: [name, version],
    }).map(([contract = ""]) => contract),
    tasks: [
      { table: "tasks", columns: ["id", "state"], where: ["kata_name", "kata_version"] },
      { table: "tasks_v2", columns: ["task_id", "status"], where: ["source_kata", "source_kata_version"] },
    ]
      .flatMap((table) => selectTexts(db, { ...table, params: [name, version] }))
      .map(([id = "", state = ""]) => ({ id, state }))
      .filter(({ state }) => !ended.has(state)),
  };
}

const ended: ReadonlySet<string> = new Set(["completed", "failed", "canceled", "cancelled"]);

interface Reading {
  table: string;
  columns: readonly string[];
  where: readonly string[];
  params: readonly SqlValue[];
}

/** Rows as texts; none where the host has no such table, or one of another shape. */
function selectTexts(db: Database, { table, columns, where, params }: Reading): string[][] {
  const known = new Set(all(db, "SELECT name FROM pragma_table_info(?)", [table]).map(({ name }) => name));
  if (![...columns, ...where].every((column) => known.has(column))) return [];
  const rows = all(
    db,
    `SELECT ${columns.join(", ")} FROM ${table}
     WHERE ${where.map((column) => `${column} = ?`).join(" AND ")} ORDER BY rowid DESC LIMIT ${MAX_LISTED}`,
    params,
  );
  return rows.map((row) => columns.map((column) => String(row[column])));
}
