import type { Database } from "bun:sqlite";
import * as z from "zod";
import { kataNameSchema, kataVersionSchema } from "../model/kata.ts";
import type { TableSpec } from "./ensure-table.ts";
import { parseInput, personSchema } from "./input.ts";
import { flagColumn, jsonColumn, parseRow } from "./row.ts";
import { first, run } from "./sql.ts";
import { write } from "./write.ts";

/** What a person decided about the updates of one kata. */
export interface UpdateChoice {
  /** Stay at what is installed: no update is proposed. Default false. */
  isPinned: boolean;
  /** Versions that are not proposed. */
  skipped: string[];
  /** Whole days that a new version must have been seen here before it is proposed. Default 0. */
  minAgeDays: number;
  chosenBy?: string;
}

export const updateChoicesTable: TableSpec = {
  name: "kata_update_choices",
  key: ["kata_name"],
  columns: {
    kata_name: "TEXT PRIMARY KEY NOT NULL",
    pinned: "INTEGER NOT NULL",
    skipped: "TEXT NOT NULL",
    min_age_days: "INTEGER NOT NULL",
    chosen_by: "TEXT NOT NULL",
    chosen_at: "INTEGER NOT NULL",
  },
};

/** The choice for a kata; the defaults where nobody chose. */
export function selectUpdateChoice(db: Database, kataName: string): UpdateChoice {
  const row = first(db, "SELECT * FROM kata_update_choices WHERE kata_name = ?", [kataName]);
  if (row === undefined) return { isPinned: false, skipped: [], minAgeDays: 0 };
  return parseRow(updateChoicesTable.name, choiceRowSchema, row);
}

/**
 * Changes what is given and keeps the rest.
 *
 * @throws RegistryError `invalid_input`
 */
export function updateChoice(
  db: Database,
  kataName: string,
  change: Partial<Omit<UpdateChoice, "chosenBy">>,
  by: string,
  now: number,
): UpdateChoice {
  const name = parseInput(kataNameSchema, kataName, ["kataName"]);
  const person = parseInput(personSchema, by, ["by"]);
  const given = parseInput(changeSchema, change, ["change"]);
  return write(db, () => {
    const before = selectUpdateChoice(db, name);
    const { isPinned = before.isPinned, skipped = before.skipped, minAgeDays = before.minAgeDays } = given;
    run(
      db,
      `INSERT INTO kata_update_choices (kata_name, pinned, skipped, min_age_days, chosen_by, chosen_at)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET pinned = excluded.pinned, skipped = excluded.skipped,
         min_age_days = excluded.min_age_days, chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at`,
      [name, Number(isPinned), JSON.stringify(skipped), minAgeDays, person, now],
    );
    return { isPinned, skipped, minAgeDays, chosenBy: person };
  });
}

const MAX_AGE_DAYS = 365;
const versionsSchema = z.array(kataVersionSchema).max(1000);
const ageSchema = z.int().min(0).max(MAX_AGE_DAYS);

const changeSchema = z.object({
  isPinned: z.boolean().optional(),
  skipped: versionsSchema.optional(),
  minAgeDays: ageSchema.optional(),
});

const choiceRowSchema = z
  .object({
    pinned: flagColumn,
    skipped: jsonColumn(versionsSchema),
    min_age_days: ageSchema,
    chosen_by: z.string(),
  })
  .transform(
    (row): UpdateChoice => ({
      isPinned: row.pinned,
      skipped: row.skipped,
      minAgeDays: row.min_age_days,
      chosenBy: row.chosen_by,
    }),
  );
