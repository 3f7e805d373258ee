import type { Case } from "./mutate.ts";

/** One thing that takes what others made. */
export interface FuzzTarget {
  name: string;
  /** Of the cases that are asked for, how many it gets. Default 1; less for one whose cases take long. */
  share?: number;
  /** Throws when the answer is neither right nor an error of ours. */
  check(one: Case): void | Promise<void>;
  close?(): void | Promise<void>;
}

/** Makes a target with what its cases share. */
export type OpenTarget = () => FuzzTarget | Promise<FuzzTarget>;

/** The property of a target is broken. */
export function fail(problem: string): never {
  throw new Error(problem);
}

/** What `act` gives, or the code of the error of ours; anything else goes on. */
export function orCode<Result>(
  act: () => Result,
  errors: ReadonlyArray<new (...args: never[]) => Error & { code: string }>,
): { result: Result } | { code: string } {
  try {
    return { result: act() };
  } catch (error) {
    return { code: toCode(error, errors) };
  }
}

/** The code of an error of one of these classes. @throws the error when it is another */
export function toCode(
  error: unknown,
  errors: ReadonlyArray<new (...args: never[]) => Error & { code: string }>,
): string {
  for (const own of errors) {
    if (error instanceof own && /^[a-z_]+$/.test(error.code)) return error.code;
  }
  throw error;
}
