import * as z from "zod";
import { isRoninVersion } from "./ronin-version.ts";
import { realmText, toPlainText } from "./text.ts";

/**
 * A kata's metadata as a realm lists it: the guide's `RealmKataMetadata` and, all optional, what the realm
 * format adds so that installing is safe. Times are milliseconds since 1970, hashes 64 lower-case hex digits.
 */
export interface RealmKataMetadata {
  /** Dotted lower-case name, at most 64 characters: `finance.audit`. */
  name: string;
  /** `v1` to `v999999`. */
  version: string;
  requiredSkills: string[];
  /** Lowest Ronin version it runs on, inclusive: `0.1.0`. */
  minRoninVersion?: string | undefined;
  /** Highest Ronin version it runs on, inclusive. */
  maxRoninVersion?: string | undefined;
  tags: string[];
  complexity: Complexity;
  /** SHA-256 of the source bytes. */
  sourceHash: string;
  /** SHA-256 of `JSON.stringify(compiled)`, `compiled` being what the host's KataCompiler returns. */
  compiledHash: string;
  deprecated?: boolean | undefined;
  installCount?: number | undefined;

  /** `active` when absent, or `deprecated` when the guide's flag says so. */
  status?: KataStatus | undefined;
  /** Why it is deprecated or withdrawn. */
  reason?: string | undefined;
  /** What to use in its place: `acme:finance.audit@v3`. */
  replacedBy?: string | undefined;
  description?: string | undefined;
  category?: string | undefined;
  /** Katas that it requires or spawns: `notify.user@v1`. */
  requiredKatas?: string[] | undefined;
  author?: string | undefined;
  license?: string | undefined;
  documentation?: string | undefined;
  releaseDate?: number | undefined;
  lastModified?: number | undefined;
  /** One line on what is new in this version. */
  changes?: string | undefined;
  /** Size of the source in bytes. */
  sourceBytes?: number | undefined;
  /** The Ronin version whose compiler gave `compiledHash`. */
  compiledWith?: string | undefined;
  /** Publish number of the row's last change. */
  seq?: number | undefined;
}

export type Complexity = "simple" | "moderate" | "complex";
export type KataStatus = "active" | "deprecated" | "withdrawn";

export const MAX_SOURCE_BYTES = 256 * 1024;
export const MAX_SKILLS = 64;
export const MAX_KATAS = 64;
export const MAX_TAGS = 12;

const namePattern = /^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*$/;
/** The host's row id is `name_version`, so a part such as `x_v2` could overwrite another kata's row. */
const versionTail = /_v[0-9]+(\.|$)/;
/** The host's kata parser reads these as keywords or as a version, never as a name. */
const unreadableName =
  /^(?:kata|requires|skill|initial|phase|run|spawn|wait|event|timeout|next|complete|fail|ai-model|ai-tags|ai-fallback|d+|v\d.*)$/;

export const kataNameSchema = z
  .string()
  .max(64)
  .regex(namePattern, "expected a lower-case dotted name such as finance.audit")
  .refine((name) => !versionTail.test(name), "a part of the name must not end in _v and digits")
  .refine((name) => !unreadableName.test(name), "the kata language cannot read this as a name");

/** As {@link kataNameSchema}, without a reason when it is none. */
export function isKataName(text: string): boolean {
  return text.length <= 64 && namePattern.test(text) && !versionTail.test(text) && !unreadableName.test(text);
}

export const versionPattern = /^v[1-9][0-9]{0,5}$/;

export const kataVersionSchema = z
  .string()
  .regex(versionPattern, "expected a version such as v1, at most v999999");

export const hashPattern = /^[0-9a-f]{64}$/;

export const hashSchema = z.string().regex(hashPattern, "expected 64 lower-case hex digits (SHA-256)");

export const skillPattern = /^[\x21-\x7e]+$/;

export const replacementPattern = /^[a-z0-9_-]+:[a-z0-9._-]+@v[0-9]+$/;

const skillNameSchema = z
  .string()
  .min(1)
  .max(128)
  .regex(skillPattern, "expected a skill name of printable characters without spaces");

/** `name@version`, as in `requiredKatas`. */
export const kataRefSchema = z.string().refine((ref) => parseKataRef(ref) !== undefined, {
  message: "expected name@version such as notify.user@v1",
});

const roninVersionSchema = z
  .string()
  .max(64)
  // semver trims what it reads, a byte order mark too, and the text is shown as it came.
  .regex(/^[\x21-\x7e]+$/, "expected printable characters without spaces")
  .refine(isRoninVersion, "expected a semantic version such as 0.2.0");

const timeSchema = z.int().nonnegative();

/** Reads the guide's metadata with the format's additions and caps; unknown fields are dropped. */
export const kataMetadataSchema = z
  .object({
    name: kataNameSchema,
    version: kataVersionSchema,
    requiredSkills: z.array(skillNameSchema).max(MAX_SKILLS),
    minRoninVersion: roninVersionSchema.optional(),
    maxRoninVersion: roninVersionSchema.optional(),
    tags: z.array(realmText(40)).max(MAX_TAGS),
    complexity: z.enum(["simple", "moderate", "complex"]),
    sourceHash: hashSchema,
    compiledHash: hashSchema,
    deprecated: z.boolean().optional(),
    installCount: z.int().nonnegative().optional(),
    status: z.enum(["active", "deprecated", "withdrawn"]).optional(),
    reason: realmText(280).optional(),
    replacedBy: z.string().max(160).regex(replacementPattern).optional(),
    description: realmText(280).optional(),
    category: realmText(40).optional(),
    requiredKatas: z.array(kataRefSchema).max(MAX_KATAS).optional(),
    author: realmText(120).optional(),
    license: realmText(60).optional(),
    documentation: z
      .url({ protocol: /^https$/ })
      .max(400)
      .transform((url) => toPlainText(url, 400))
      .optional(),
    releaseDate: timeSchema.optional(),
    lastModified: timeSchema.optional(),
    changes: realmText(280).optional(),
    sourceBytes: z.int().positive().max(MAX_SOURCE_BYTES).optional(),
    compiledWith: roninVersionSchema.optional(),
    seq: z.int().nonnegative().optional(),
  })
  .refine((row) => row.status !== "withdrawn" || (row.reason ?? "") !== "", {
    path: ["reason"],
    message: "a withdrawn version needs a reason",
  }) satisfies z.ZodType<RealmKataMetadata>;

/** The status that counts: the row's own, else what the guide's `deprecated` flag says. */
export function statusOf(kata: Pick<RealmKataMetadata, "status" | "deprecated">): KataStatus {
  return kata.status ?? (kata.deprecated ? "deprecated" : "active");
}

/** `v10` → 10. The version must have passed {@link kataVersionSchema}. */
export function versionNumber(version: string): number {
  return Number(version.slice(1));
}

/** Newest first, as numbers: `v10` before `v9`. */
export function byVersionDescending(a: { version: string }, b: { version: string }): number {
  return versionNumber(b.version) - versionNumber(a.version);
}

/** Splits `notify.user@v1`; undefined when it is anything else. */
export function parseKataRef(ref: string): { name: string; version: string } | undefined {
  const at = ref.lastIndexOf("@");
  const name = kataNameSchema.safeParse(ref.slice(0, Math.max(at, 0)));
  const version = kataVersionSchema.safeParse(ref.slice(at + 1));
  return name.success && version.success ? { name: name.data, version: version.data } : undefined;
}

/** `acme:finance.audit@v2`: how a kata is named wherever it is stored or shown. */
export function qualifiedName(realm: string, name: string, version: string): string {
  return `${realm}:${name}@${version}`;
}
