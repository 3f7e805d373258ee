import { parseKataRef, type RealmKataMetadata, statusOf } from "../../model/kata.ts";
import { NameShapes } from "../lookalikes.ts";
import { rowKey } from "../published-row.ts";
import type { Finding } from "./finding.ts";

const MAX_NAMED = 5;

/** What a reader of the rows would want to know and a client does not refuse: one warning a kind. */
export function reviewRows(realm: string, rows: readonly RealmKataMetadata[]): Finding[] {
  const byKey = new Map(rows.map((row) => [rowKey(row), row]));
  const current = rows.filter((row) => statusOf(row) !== "withdrawn");
  const without = (field: "description" | "license") => current.filter((row) => (row[field] ?? "") === "");
  const lookalikes = new NameShapes(rows.map(({ name }) => name)).groups();
  return [
    ...gather(
      "missing_description",
      without("description"),
      "without a description",
      "what it does, in a line",
    ),
    ...gather(
      "missing_tags",
      current.filter(({ tags }) => tags.length === 0),
      "without tags",
      "words that people search for",
    ),
    ...gather(
      "missing_licence",
      without("license"),
      "without a licence",
      "one, so that people know what they may do",
    ),
    ...gather(
      "status_without_reason",
      rows.filter((row) => statusOf(row) !== "active" && (row.reason ?? "") === ""),
      "deprecated without a reason",
      "a reason: realms deprecate",
    ),
    ...gather(
      "required_kata_missing",
      current.filter((row) => (row.requiredKatas ?? []).some((ref) => !byKey.has(ref))),
      "that need a kata which this realm has not",
      "all of them here, unless their names are bound to another realm",
    ),
    ...gather(
      "required_kata_withdrawn",
      current.filter((row) => (row.requiredKatas ?? []).some((ref) => isWithdrawn(byKey.get(ref)))),
      "that need a withdrawn kata, so they cannot be installed",
      "a new version that needs another one",
    ),
    ...gather(
      "replacement_missing",
      rows.filter((row) => isMissingReplacement(row.replacedBy, realm, byKey)),
      "replaced by a version that this realm has not",
      "one that can be installed",
    ),
    ...lookalikes.map((names) => ({
      code: "lookalike_names",
      file: names[0] ?? "",
      found: names.join(", "),
      expected: "names that differ in more than case, - and _",
    })),
  ];
}

function gather(code: string, rows: readonly RealmKataMetadata[], what: string, expected: string): Finding[] {
  const [first] = rows;
  if (first === undefined) return [];
  const named = rows.slice(0, MAX_NAMED).map(rowKey).join(", ");
  const rest = rows.length > MAX_NAMED ? ` and ${rows.length - MAX_NAMED} more` : "";
  const count = rows.length === 1 ? "1 version" : `${rows.length} versions`;
  return [{ code, file: rowKey(first), found: `${count} ${what}: ${named}${rest}`, expected }];
}

function isWithdrawn(row: RealmKataMetadata | undefined): boolean {
  return row !== undefined && statusOf(row) === "withdrawn";
}

function isMissingReplacement(
  replacedBy: string | undefined,
  realm: string,
  byKey: ReadonlyMap<string, RealmKataMetadata>,
): boolean {
  if (replacedBy === undefined || !replacedBy.startsWith(`${realm}:`)) return false;
  const ref = replacedBy.slice(realm.length + 1);
  return parseKataRef(ref) === undefined || !byKey.has(ref);
}
