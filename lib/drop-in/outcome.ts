/** What a drop-in did, for the person who ran it. */
export interface Outcome {
  kind: "installed" | "upgraded" | "unchanged" | "rolled-back" | "removed";
  /** The build that is in place now, or that was removed; undefined when only files of others are back. */
  build: BuildName | undefined;
  /** The build that `--rollback` would bring back. */
  previous: BuildName | undefined;
  items: Array<{ path: string; change: "new" | "replaced" | "removed" }>;
  /** Sentences a person should read. */
  notes: string[];
}

export interface BuildName {
  version: string;
  build: string;
}
