/** What a host of the matrix is to do, handed over as JSON in `KILL_TASK`. */
export interface HostTask {
  home: string;
  realmUrl: string;
  /** `start` ends once the pack has settled; `all` is what a person does after a restart. */
  part: "start" | "sync" | "need" | "approve" | "all";
  /** Where the points are recorded: the host marks there that its own part begins. */
  record?: string;
}
