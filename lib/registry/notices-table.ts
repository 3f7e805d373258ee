import type { Database } from "bun:sqlite";
import type { TableSpec } from "./ensure-table.ts";
import { first, run } from "./sql.ts";
import { write } from "./write.ts";

/** Something about a version of a kata that a person is told once, and never again. */
export interface Notice {
  kind: "update" | "withdrawn" | "deprecated" | "incompatible";
  realmId: string;
  kataName: string;
  kataVersion: string;
  /** What else makes it another notice: the Ronin version that a kata does not fit. Default: nothing. */
  subject?: string;
}

export const noticesTable: TableSpec = {
  name: "kata_notices",
  key: ["kind", "realm_id", "kata_name", "kata_version", "subject"],
  columns: {
    kind: "TEXT NOT NULL",
    realm_id: "TEXT NOT NULL",
    kata_name: "TEXT NOT NULL",
    kata_version: "TEXT NOT NULL",
    subject: "TEXT NOT NULL",
    first_seen_at: "INTEGER NOT NULL",
    told_at: "INTEGER",
  },
  constraint: "PRIMARY KEY (kind, realm_id, kata_name, kata_version, subject)",
};

export interface Seen {
  /** Milliseconds since 1970. */
  firstSeenAt: number;
  isTold: boolean;
}

/** Remembers when this was first seen, and says whether it was told since. Writes the first time only. */
export function noteSeen(db: Database, notice: Notice, now: number): Seen {
  const known = selectSeen(db, notice);
  if (known !== undefined) return known;
  write(db, () => insertSeen(db, notice, now));
  return selectSeen(db, notice) ?? { firstSeenAt: now, isTold: false };
}

function selectSeen(db: Database, notice: Notice): Seen | undefined {
  const row = first(db, `SELECT first_seen_at, told_at FROM kata_notices WHERE ${isKey}`, keyOf(notice));
  if (row === undefined) return undefined;
  return { firstSeenAt: Number(row.first_seen_at), isTold: row.told_at != null };
}

/** Takes it on to tell this: true for one caller only, in all processes together. */
export function takeTelling(db: Database, notice: Notice, now: number): boolean {
  return write(db, () => {
    insertSeen(db, notice, now);
    return (
      run(db, `UPDATE kata_notices SET told_at = ? WHERE ${isKey} AND told_at IS NULL`, [
        now,
        ...keyOf(notice),
      ]) > 0
    );
  });
}

function insertSeen(db: Database, notice: Notice, now: number): void {
  run(
    db,
    `INSERT INTO kata_notices (kind, realm_id, kata_name, kata_version, subject, first_seen_at)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    [...keyOf(notice), now],
  );
}

const isKey = "kind = ? AND realm_id = ? AND kata_name = ? AND kata_version = ? AND subject = ?";

function keyOf({ kind, realmId, kataName, kataVersion, subject = "" }: Notice): string[] {
  return [kind, realmId, kataName, kataVersion, subject];
}
