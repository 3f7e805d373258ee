import { toSize } from "../model/size.ts";
import type { RealmCheck } from "../publish/check/check-realm.ts";
import type { Finding } from "../publish/check/finding.ts";
import type { RealmSummary } from "../publish/check/summary.ts";
import { countOf, type Field, toFields, toIsoDate, toIsoTime } from "./format.ts";

const MAX_SHOWN = 50;

/** What `realms check` found, for a person. */
export function toCheckLines(
  { summary, errors, warnings }: RealmCheck,
  facts: { place: string; version: string; now: number },
): string[] {
  return [
    ...(summary === undefined ? [] : [...toSummaryLines(summary, facts), ""]),
    ...toFindingLines(errors, "error", "errors"),
    ...toFindingLines(warnings, "warning", "warnings"),
    errors.length === 0
      ? `${facts.place} is good: a client takes it as it is.`
      : `${facts.place} has errors.`,
  ];
}

function toSummaryLines(summary: RealmSummary, { version, now }: { version: string; now: number }): string[] {
  const { bytes, active, deprecated, withdrawn } = summary;
  const fields: Field[] = [
    ["Realm", summary.name === undefined ? summary.realm : `${summary.realm} (${summary.name})`],
    ["Notice", summary.notice],
    ["Publish", toPublish(summary, now)],
    ["Trust", toTrust(summary.signatures)],
    ["Katas", `${summary.katas} in ${countOf(summary.versions, "version", "versions")}`],
    ["Status", `${active} active, ${deprecated} deprecated, ${withdrawn} withdrawn`],
    ["Newest", summary.newest.map(({ kata, releaseDate }) => `${toIsoDate(releaseDate)}  ${kata}`)],
    [
      "Ended",
      summary.ended.slice(0, MAX_SHOWN).map((one) => `${one.kata} ${one.status}: ${one.reason ?? ""}`),
    ],
    ["Sizes", toSizes(bytes)],
    ["Compiler", Object.entries(summary.compiledWith).map(([by, count]) => `Ronin ${by}: ${count}`)],
    ["Checked", `with the compiler of Ronin ${version}`],
  ];
  return toFields(fields, 0);
}

function toPublish({ seq, issuedAt }: RealmSummary, now: number): string {
  const number = seq === undefined ? "without a number" : `${seq}`;
  return issuedAt === undefined ? number : `${number} of ${toIsoTime(issuedAt)}, ${toAge(now - issuedAt)}`;
}

function toTrust(signatures: RealmSummary["signatures"]): string {
  if (signatures.trust === "unsigned") return "unsigned";
  const until = signatures.expiresAt === undefined ? "" : `, until ${toIsoTime(signatures.expiresAt)}`;
  return `signed, root ${signatures.root}${until}`;
}

function toSizes({ pointer, base, rawBase, deltas, sources }: RealmSummary["bytes"]): string[] {
  const sizes = [...new Set([Math.min(...deltas), Math.max(...deltas)])].map(toSize).join(" to ");
  return [
    `pointer ${toSize(pointer)}, sources ${toSize(sources)}`,
    ...(base === 0 ? [] : [`base ${toSize(base)}, ${toSize(rawBase)} inflated`]),
    ...(deltas.length === 0 ? [] : [`${countOf(deltas.length, "delta", "deltas")}, ${sizes}`]),
  ];
}

function toAge(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  if (ms < 0) return "in the future";
  if (hours < 1) return "less than an hour ago";
  return hours < 48 ? `${countOf(hours, "hour", "hours")} ago` : `${Math.floor(hours / 24)} days ago`;
}

function toFindingLines(findings: readonly Finding[], one: string, many: string): string[] {
  if (findings.length === 0) return [];
  const rest = findings.length - MAX_SHOWN;
  return [
    `${countOf(findings.length, one, many)}:`,
    ...findings.slice(0, MAX_SHOWN).flatMap(({ code, file, found, expected }) => [
      ...toFields([["", `${file} (${code})`]], 0),
      ...toFields(
        [
          ["found", found],
          ["expected", expected],
        ],
        4,
      ),
    ]),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    "",
  ];
}
