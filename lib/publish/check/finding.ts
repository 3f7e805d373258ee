import { messageOf, RealmsError } from "../../errors.ts";
import { PackMismatch } from "../pack.ts";

/** One thing that a check found. */
export interface Finding {
  /** A code of this check, or of the part that refused: reading, parsing, verifying, compiling. */
  code: string;
  /** The realm's file, or the version, that it is about. */
  file: string;
  found: string;
  expected: string;
}

/** What checks report to. */
export interface Findings {
  /** A client refuses it. */
  errors: Finding[];
  /** A client lives with it; a reader would want to know. */
  warnings: Finding[];
}

/**
 * Runs one step of a check. What it throws becomes an error about `file`, whatever it is: a check that stops at
 * what it did not foresee would hide the rest. Only an abort stays one.
 *
 * @returns undefined when it threw
 */
export async function attempt<Value>(
  findings: Findings,
  file: string,
  expected: string,
  step: () => Value | Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") throw error;
    findings.errors.push(toFinding(error, file, expected));
    return undefined;
  }
}

function toFinding(error: unknown, file: string, expected: string): Finding {
  if (error instanceof PackMismatch) {
    return { code: error.code, file, found: error.found, expected: error.expected };
  }
  const code = error instanceof RealmsError ? error.code : "unreadable";
  return { code, file, found: messageOf(error), expected };
}
