import { RealmsError } from "../errors.ts";

export type DropInErrorCode =
  | "no_such_folder"
  | "not_a_home"
  | "other_file_system"
  | "no_build"
  | "foreign_file"
  | "no_previous"
  | "not_installed"
  | "state_unreadable";

/** A drop-in was refused. Nothing was changed, except that an interrupted one before it may have been finished. */
export class DropInError extends RealmsError<DropInErrorCode> {}
