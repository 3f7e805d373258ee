import { sha256Hex } from "../../lib/trust/digest.ts";

/** One placeholder of the guide's code, and the code that stands in its place when a block is checked and run. */
interface Substitution {
  placeholder: string;
  code: string;
  reason: string;
}

const receiptColumns = [
  "id",
  "kata_name",
  "kata_version",
  "from_realm",
  "installed_at",
  "checksum_verified",
  "source_hash",
  "compiled_hash",
  "installed_by",
];

/** All of them. Names on the right are members of `Scope`. */
export const substitutions: readonly Substitution[] = [
  { placeholder: '"abc123..."', code: `"${sha256Hex("abc123...")}"`, reason: "a hash is written short" },
  { placeholder: '"def456..."', code: `"${sha256Hex("def456...")}"`, reason: "a hash is written short" },
  {
    placeholder: "versions: [...]",
    code: "versions: offered",
    reason: "the versions of the discovered kata",
  },
  { placeholder: "phases: [...]", code: "phases: draft.phases", reason: "the phases of a kata to create" },
  {
    placeholder: "requiredSkills: [...]",
    code: "requiredSkills: draft.requiredSkills",
    reason: "the skills of a kata to create",
  },
  {
    placeholder: "const metadata = ...;",
    code: "const metadata = indexRow;",
    reason: "a row of the realm's index",
  },
  {
    placeholder: "(...) VALUES (...)",
    code: `(${receiptColumns.join(", ")}) VALUES (${receiptColumns.map((name) => `$${toField(name)}`).join(", ")})`,
    reason: "the fields of the receipt, in the columns that hold them",
  },
];

/** The block's text with every placeholder replaced. */
export function substitute(text: string): string {
  return substitutions.reduce((result, { placeholder, code }) => result.replaceAll(placeholder, code), text);
}

function toField(column: string): string {
  return column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
