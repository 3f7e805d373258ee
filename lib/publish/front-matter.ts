import * as z from "zod";
import { RealmsError } from "../errors.ts";
import type { RealmKataMetadata } from "../model/kata.ts";
import { realmText } from "../model/text.ts";

/**
 * What a kata's author says about it, in comment lines above the `kata` line:
 *
 * ```
 * # description: Finds recurring payments and lists them.
 * # tags: finance, subscriptions
 * # released: 2026-03-02
 * ```
 *
 * Comments travel with the source and are under its hash; the kata compiler skips them. What can be read out of
 * the compiled graph (name, version, skills, katas) is not repeated here.
 */
export type FrontMatter = Partial<
  Pick<
    RealmKataMetadata,
    | "description"
    | "tags"
    | "complexity"
    | "category"
    | "author"
    | "license"
    | "documentation"
    | "changes"
    | "minRoninVersion"
    | "maxRoninVersion"
    | "releaseDate"
  >
>;

/** Names the line that it is about; lines count from 1. */
export class FrontMatterError extends RealmsError<"invalid_front_matter"> {
  readonly line: number;

  constructor(line: number, message: string) {
    super("invalid_front_matter", `line ${line}: ${message}`);
    this.line = line;
  }
}

const version = z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, "expected a version such as 1.1.0");
const list = z
  .string()
  .transform((text) => text.split(",").map((item) => item.trim()))
  .pipe(z.array(realmText(40).refine((tag) => tag !== "", "a tag is empty")).max(12));
const day = z.iso
  .date("expected a day such as 2026-03-02")
  .transform((text) => Date.parse(`${text}T00:00:00Z`));

const fields = {
  description: { key: "description", schema: realmText(280) },
  tags: { key: "tags", schema: list },
  complexity: { key: "complexity", schema: z.enum(["simple", "moderate", "complex"]) },
  category: { key: "category", schema: realmText(40) },
  author: { key: "author", schema: realmText(120) },
  license: { key: "license", schema: realmText(60) },
  documentation: { key: "documentation", schema: z.url({ protocol: /^https$/ }).max(400) },
  changes: { key: "changes", schema: realmText(280) },
  "min-ronin-version": { key: "minRoninVersion", schema: version },
  "max-ronin-version": { key: "maxRoninVersion", schema: version },
  released: { key: "releaseDate", schema: day },
} as const satisfies Record<string, { key: keyof FrontMatter; schema: z.ZodType }>;

const fieldLine = /^#\s*([a-z][a-z-]*):\s*(.*)$/;

/**
 * Reads the comment lines before the kata itself. A comment that does not look like `field: value` is an
 * ordinary comment.
 *
 * @throws FrontMatterError on a field it does not know, a value that does not fit, or a field given twice
 */
export function readFrontMatter(source: string): FrontMatter {
  const found: Record<string, unknown> = {};
  for (const [index, line] of source.split("\n").entries()) {
    const text = line.trim();
    if (text !== "" && !text.startsWith("#")) break;
    const [, name, value] = fieldLine.exec(text) ?? [];
    if (name !== undefined) readField(found, name, value ?? "", index + 1);
  }
  return found;
}

function readField(found: Record<string, unknown>, name: string, value: string, line: number): void {
  if (!isField(name)) {
    const known = Object.keys(fields).join(", ");
    throw new FrontMatterError(line, `there is no field "${name}"; known fields: ${known}`);
  }
  const { key, schema } = fields[name];
  if (key in found) throw new FrontMatterError(line, `"${name}" is given twice`);
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new FrontMatterError(line, `${name}: ${parsed.error.issues[0]?.message ?? "unreadable"}`);
  }
  found[key] = parsed.data;
}

function isField(name: string): name is keyof typeof fields {
  return Object.hasOwn(fields, name);
}
