import type { GlobalOptions } from "./context.ts";
import type { Line, Report } from "./print.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a command works with that makes or reads a realm's folder: no host and no database. */
export interface FolderContext {
  around: Surroundings;
  isJson: boolean;
  /** Prints before the end of the command. Silent under `--json`, whose one document comes last. */
  say: (lines: readonly Line[]) => void;
}

/** Runs one command that needs no host, and prints its report. */
export type RunFolderCommand = (
  options: Pick<GlobalOptions, "json">,
  command: (context: FolderContext) => Promise<Report>,
) => Promise<void>;
