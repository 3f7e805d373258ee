import { RealmsError } from "../errors.ts";

export type CommandErrorCode =
  | "usage"
  | "database_not_found"
  | "database_unreadable"
  | "page_token_missing"
  | "host_unreachable"
  | "host_refused"
  | "unknown_request"
  | "unknown_realm"
  | "realm_disabled"
  | "unknown_kata"
  | "ambiguous_kata"
  | "fingerprint_mismatch"
  | "sync_unfinished"
  | "ambiguous_id"
  | "already_decided"
  | "version_not_offered"
  | "not_installable"
  | "declined"
  | "install_failed"
  | "still_installing"
  | "interrupted"
  | "ronin_not_found"
  | "port_in_use"
  | "folder_not_found"
  | "lock_unreadable"
  | "lock_unwritable";

/** The command could not do what it was asked. The message is for a person and may have several lines. */
export class CommandError extends RealmsError<CommandErrorCode> {}

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
/** 128 and the number of SIGINT, as shells report it. */
export const EXIT_INTERRUPTED = 130;

/** What the process ends with after this was thrown. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof CommandError)) return EXIT_FAILED;
  if (error.code === "usage") return EXIT_USAGE;
  return error.code === "interrupted" ? EXIT_INTERRUPTED : EXIT_FAILED;
}
