/** What a traced process is told through its environment. */
export interface Orders {
  /** `host`, or `sync1` for the first sync that this host starts. */
  process: string;
  /** The folder of the sources: points in them are named by their paths below it. */
  sources: string;
  seed: number;
  /** The file that every point is written to. */
  record?: string;
  /** The file that the point is written to right before the kill. */
  killed: string;
  kill?: {
    id: string;
    when: "before" | "after";
    /** A sync is killed together with its host. */
    withHost: boolean;
  };
}
