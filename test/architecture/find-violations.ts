import { findContentViolations } from "./content-rules.ts";
import { findCycles } from "./cycle-rule.ts";
import { findEntryViolations } from "./entry-rules.ts";
import { isExcepted } from "./exceptions.ts";
import { findImportViolations } from "./import-rules.ts";
import { parseSource } from "./syntax.ts";
import type { Violation } from "./violation.ts";

/**
 * Every broken rule in these files, named exceptions left out. A pure function of paths and texts, so that
 * planted violations need no files.
 *
 * @param files path from the project's root → text
 */
export function findViolations(files: ReadonlyMap<string, string>): Violation[] {
  return findAllViolations(files).filter((violation) => !isExcepted(violation));
}

/** The same with the exceptions in it: how a test sees that each exception is still needed. */
export function findAllViolations(files: ReadonlyMap<string, string>): Violation[] {
  const sources = [...files].map(([path, text]) => parseSource(path, text));
  return [
    ...sources.flatMap((source) => [
      ...findImportViolations(source, files),
      ...findEntryViolations(source),
      ...findContentViolations(source),
    ]),
    ...findCycles(sources, files),
  ];
}
