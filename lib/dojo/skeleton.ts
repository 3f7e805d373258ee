import { toPlainText } from "../model/text.ts";
import { sha256Hex } from "../trust/digest.ts";
import type { SearchWord } from "./words.ts";

/** The host's own tool that thinks about a text: the one step that fits any need. */
export const REASONING_SKILL = "local.reasoning";
const NAME_PREFIX = "custom.";
const MAX_NAME_WORDS = 4;
/** Leaves room for the prefix and a digest within the 64 characters of a name. */
const MAX_NAME_CHARS = 48;
const MAX_NEED_CHARS = 280;

export interface SkeletonParts {
  /** The need as it is shown to a person. */
  need: string;
  name: string;
  /** Tools of the host, in the order in which they run. */
  skills: readonly string[];
}

/**
 * A kata named after a need and ready to be filled in by a person: one phase a skill, or one that waits for an
 * event where there is none. The need stands in a comment, on one line, so it can never become a statement.
 */
export function toSkeleton({ need, name, skills }: SkeletonParts): string {
  const lines = [
    `# Need: ${toPlainText(need, MAX_NEED_CHARS)}`,
    `kata ${name} v1`,
    ...skills.map((skill) => `requires skill ${skill}`),
    "initial step1",
    ...(skills.length === 0 ? ["phase step1", `  wait event ${name}.start`, "  complete"] : []),
    ...skills.flatMap((skill, index) => [
      `phase step${index + 1}`,
      `  run skill ${skill}`,
      index + 1 < skills.length ? `  next step${index + 2}` : "  complete",
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * Names for a new kata, the nicest first: of the need's words (`custom.sync_slack_updates_discord`), then with a
 * digest of the need, which no other need shares.
 */
export function toSkeletonNames(words: readonly SearchWord[], needKey: string): string[] {
  const digest = sha256Hex(needKey).slice(0, 8);
  const usable = words.map(({ text }) => text).filter(isNamePart);
  let stem = usable.slice(0, MAX_NAME_WORDS).join("_");
  while (stem.length > MAX_NAME_CHARS) stem = stem.slice(0, Math.max(stem.lastIndexOf("_"), 0));
  return stem === ""
    ? [`${NAME_PREFIX}need_${digest}`]
    : [`${NAME_PREFIX}${stem}`, `${NAME_PREFIX}${stem}_${digest}`];
}

/** A part that ends in `_v2` would read as a version in the host's row ids. */
function isNamePart(word: string): boolean {
  return /^[a-z0-9]+$/.test(word) && !/^v[0-9]+$/.test(word);
}
