import { kataMetadataSchema, qualifiedName } from "../model/kata.ts";
import { parseOptionText } from "./option-text.ts";
import { type PreviousRealm, readPreviousRealm } from "./previous.ts";
import { type PublishError, refusal } from "./publish-error.ts";
import { nextSeq, type PublishOutcome, publishRows } from "./publish-rows.ts";
import { type PublishedRow, rowKey, toPublishedRow } from "./published-row.ts";
import { toRealmHead } from "./realm-head.ts";
import { POINTER_PATH } from "./realm-paths.ts";
import { createFolderReader } from "./realm-reader.ts";

export interface StatusChange {
  /** The realm's folder. */
  out: string;
  /** `finance.audit@v1`, or with the realm's id in front. */
  kata: string;
  status: "deprecated" | "withdrawn";
  reason: string;
  /** What to use in its place: `finance.audit@v3`, or with a realm's id in front. */
  replacedBy?: string | undefined;
  /** Milliseconds since 1970. */
  now: number;
}

export interface StatusOutcome extends PublishOutcome {
  /** `acme:finance.audit@v1` */
  kata: string;
}

/**
 * Publishes that a version should no longer be used. Its source stays, and nobody's copy is taken away.
 *
 * @throws PublishError `nothing_published`, `unknown_version`, `reason_missing`, `already_withdrawn`,
 *   `replacement_refused`, and what publishing throws
 */
export async function changeStatus(change: StatusChange): Promise<StatusOutcome> {
  const reader = createFolderReader(change.out);
  const previous = await readPreviousRealm(reader);
  if (previous === undefined) {
    throw refusal({
      code: "nothing_published",
      file: POINTER_PATH,
      found: `no realm in ${change.out}`,
      expected: "a folder that realms build made",
    });
  }
  const before = findVersion(previous, change.kata);
  const after = toChangedRow(before, change, previous);
  const outcome = await publishRows({
    folder: change.out,
    previous,
    head: await toRealmHead({}, previous.pointer, reader),
    rows: new Map(previous.rows).set(rowKey(after.row), after),
    sources: [],
    now: change.now,
  });
  return { ...outcome, kata: qualifiedName(previous.pointer.realm, after.row.name, after.row.version) };
}

function findVersion({ pointer, rows }: PreviousRealm, given: string): PublishedRow {
  const key = given.startsWith(`${pointer.realm}:`) ? given.slice(pointer.realm.length + 1) : given;
  const found = rows.get(key);
  if (found !== undefined) return found;
  const [name = ""] = key.split("@");
  const versions = [...rows.values()].filter(({ row }) => row.name === name).map(({ row }) => row.version);
  throw refusal({
    code: "unknown_version",
    file: given,
    found:
      versions.length === 0
        ? `no kata of that name in ${pointer.realm}`
        : `${name} in ${versions.join(", ")}`,
    expected: "a published name@version such as finance.audit@v1",
  });
}

/** The same row when nothing about it changes. */
function toChangedRow(before: PublishedRow, change: StatusChange, previous: PreviousRealm): PublishedRow {
  const { row } = before;
  const reason = parseOptionText("--reason", change.reason, 280);
  if (reason === "") {
    throw refusal({
      code: "reason_missing",
      file: rowKey(row),
      found: `${change.status} without a reason`,
      expected: "a reason, which everyone who uses it will read",
    });
  }
  if (row.status === "withdrawn" && change.status === "deprecated") {
    throw refusal({
      code: "already_withdrawn",
      file: rowKey(row),
      found: "a withdrawn version",
      expected: "one that is not; publish a new version instead",
    });
  }
  const replacedBy = toReplacement(change.replacedBy, row.name, row.version, previous) ?? row.replacedBy;
  const isSame = row.status === change.status && row.reason === reason && row.replacedBy === replacedBy;
  if (isSame) return before;
  return toPublishedRow({
    ...row,
    seq: nextSeq(previous),
    status: change.status,
    reason,
    replacedBy,
    lastModified: change.now,
  });
}

function toReplacement(
  given: string | undefined,
  name: string,
  version: string,
  { pointer, rows }: PreviousRealm,
): string | undefined {
  if (given === undefined) return undefined;
  const qualified = given.includes(":") ? given : `${pointer.realm}:${given}`;
  if (!kataMetadataSchema.shape.replacedBy.safeParse(qualified).success) {
    throw refused(given, "something else than a version", "acme:finance.audit@v3 or finance.audit@v3");
  }
  // What another realm holds cannot be known here.
  if (!qualified.startsWith(`${pointer.realm}:`)) return qualified;
  const key = qualified.slice(pointer.realm.length + 1);
  const row = rows.get(key)?.row;
  if (row === undefined) throw refused(given, "a version that is not published", "one that is");
  if (row.name === name && row.version === version) throw refused(given, "the version itself", "another one");
  if (row.status === "withdrawn") throw refused(given, "a withdrawn version", "one that can be installed");
  return qualified;
}

function refused(given: string, found: string, expected: string): PublishError {
  return refusal({ code: "replacement_refused", file: `--replaced-by ${given}`, found, expected });
}
