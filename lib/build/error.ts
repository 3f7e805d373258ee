import { RealmsError } from "../errors.ts";

export type BuildErrorCode =
  | "bundle_failed"
  | "over_budget"
  | "library_in_entry"
  | "foreign_import"
  | "licence_not_found";

/** The build stopped, and what was built before is untouched. */
export class BuildError extends RealmsError<BuildErrorCode> {}
