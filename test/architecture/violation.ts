export const rules = [
  "unknown-room",
  "rank",
  "foundation",
  "outside",
  "embedded-host",
  "tooling",
  "public-face",
  "computed-import",
  "cycle",
  "entry-file",
  "entry-branch",
  "fetch",
  "sql",
  "time",
  "environment",
  "crypto",
  "io",
] as const;

export type Rule = (typeof rules)[number];

/** One broken rule in one file. */
export interface Violation {
  file: string;
  rule: Rule;
  detail: string;
}

/** `lib/model/kata.ts breaks rank: …`, as a failing test shows it. */
export function toLine({ file, rule, detail }: Violation): string {
  return `${file} breaks ${rule}: ${detail}`;
}
