import {
  hashPattern,
  isKataName,
  type KataStatus,
  MAX_KATAS,
  MAX_SKILLS,
  MAX_SOURCE_BYTES,
  MAX_TAGS,
  type RealmKataMetadata,
  replacementPattern,
  skillPattern,
  versionPattern,
} from "./kata.ts";
import { toPlainText } from "./text.ts";

/**
 * Whether the schema of kata metadata would give the value back as it is. Nearly every row that is synced or shown is
 * so, and reading it through the schema takes ten times as long. False says nothing: then the schema decides.
 */
export function isPlainMetadata(value: unknown): value is RealmKataMetadata {
  if (!isRecord(value)) return false;
  // No list of entries: it would be most of the work.
  for (const field in value) {
    if (checks.get(field)?.(value[field]) !== true) return false;
  }
  if (!requiredFields.every((field) => field in value)) return false;
  return value.status !== "withdrawn" || (value.reason ?? "") !== "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

type Check = (value: unknown) => boolean;

const statuses = new Set<unknown>(["active", "deprecated", "withdrawn"] satisfies KataStatus[]);
const requiredFields = [
  "name",
  "version",
  "requiredSkills",
  "tags",
  "complexity",
  "sourceHash",
  "compiledHash",
] as const satisfies ReadonlyArray<keyof RealmKataMetadata>;

const checks: ReadonlyMap<string, Check> = new Map<keyof RealmKataMetadata, Check>([
  ["name", isName],
  ["version", matches(versionPattern, 7)],
  ["requiredSkills", listOf(matches(skillPattern, 128), MAX_SKILLS)],
  ["minRoninVersion", matches(/^(?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5})){2}$/, 20)],
  ["maxRoninVersion", matches(/^(?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5})){2}$/, 20)],
  ["tags", listOf(plain(40), MAX_TAGS)],
  ["complexity", (value) => value === "simple" || value === "moderate" || value === "complex"],
  ["sourceHash", matches(hashPattern, 64)],
  ["compiledHash", matches(hashPattern, 64)],
  ["deprecated", (value) => typeof value === "boolean"],
  ["installCount", whole(0)],
  ["status", (value) => statuses.has(value)],
  ["reason", plain(280)],
  ["replacedBy", matches(replacementPattern, 160)],
  ["description", plain(280)],
  ["category", plain(40)],
  ["requiredKatas", listOf(isRef, MAX_KATAS)],
  ["author", plain(120)],
  ["license", plain(60)],
  ["documentation", matches(/^https:\/\/(?:[a-z][a-z0-9]{0,30}\.)+[a-z]{2,20}(?:\/[\w./-]*)?$/, 300)],
  ["releaseDate", whole(0)],
  ["lastModified", whole(0)],
  ["changes", plain(280)],
  ["sourceBytes", whole(1, MAX_SOURCE_BYTES)],
  ["compiledWith", matches(/^(?:0|[1-9]\d{0,5})(?:\.(?:0|[1-9]\d{0,5})){2}$/, 20)],
  ["seq", whole(0)],
]);

function isName(value: unknown): boolean {
  return typeof value === "string" && isKataName(value);
}

function isRef(value: unknown): boolean {
  if (typeof value !== "string") return false;
  const at = value.lastIndexOf("@");
  return isKataName(value.slice(0, Math.max(at, 0))) && versionPattern.test(value.slice(at + 1));
}

function matches(pattern: RegExp, maxChars: number): Check {
  return (value) => typeof value === "string" && value.length <= maxChars && pattern.test(value);
}

/** Words of printable ASCII with one space between them: what nearly every text is. */
const plainPattern = /^(?:[\x21-\x7e]+(?: [\x21-\x7e]+)*)?$/;

function plain(maxChars: number): Check {
  return (value) =>
    typeof value === "string" &&
    value.length <= maxChars &&
    (plainPattern.test(value) || toPlainText(value, maxChars) === value);
}

function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): Check {
  return (value) => typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max;
}

function listOf(check: Check, max: number): Check {
  return (value) => Array.isArray(value) && value.length <= max && value.every(check);
}
