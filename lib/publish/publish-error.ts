import { RealmsError } from "../errors.ts";

/** What a kata file can be refused for. */
type KataProblemCode =
  | "not_a_file"
  | "source_too_large"
  | "not_utf8"
  | "hidden_character"
  | "does_not_compile"
  | "front_matter"
  | "name_refused"
  | "version_refused"
  | "metadata_refused"
  | "row_too_large"
  | "duplicate_version"
  | "published_before"
  | "lookalike_name";

/** What the folder or the request as a whole can be refused for. */
type FolderProblemCode =
  | "no_katas"
  | "output_refused"
  | "realm_id_missing"
  | "realm_id_refused"
  | "wrong_realm"
  | "root_changed"
  | "not_packed"
  | "folder_damaged"
  | "changed_meanwhile"
  | "write_failed"
  | "realm_too_large"
  | "clock_behind"
  | "nothing_published"
  | "unknown_version"
  | "reason_missing"
  | "text_too_long"
  | "already_withdrawn"
  | "replacement_refused";

export type PublishErrorCode = KataProblemCode | FolderProblemCode;

/** One thing that keeps a realm from being published, and what would do. */
export interface Problem {
  code: PublishErrorCode;
  /** The kata file, the realm's file or the option that it is about. */
  file: string;
  found: string;
  expected: string;
}

/** Nothing was published, and the folder serves what it served before. Its code is that of the first problem. */
export class PublishError extends RealmsError<PublishErrorCode> {
  readonly problems: readonly Problem[];

  constructor(problems: readonly [Problem, ...Problem[]], options?: { cause?: unknown }) {
    super(problems[0].code, problems.map(toSentence).join(" "), options);
    this.problems = problems;
  }
}

/** A PublishError about one thing. */
export function refusal(problem: Problem, options?: { cause?: unknown }): PublishError {
  return new PublishError([problem], options);
}

function toSentence({ file, found, expected }: Problem): string {
  return `${file}: found ${found}; expected ${expected}.`;
}
