/** What a host of the matrix is to do, handed over as JSON in `KILL_TASK`. */
export interface HostTask {
  home: string;
  realmUrl: string;
  /** `start` ends once the pack has settled; `all` is what a person does after a restart. */
  part: "start" | "sync" | "need" | "approve" | "all";
  /** How long a step may take, in milliseconds; the process ends with 1 then. Default 40,000. */
  patienceMs?: number;
  /** Where the points are recorded: the host marks there that its own part begins. */
  record?: string;
}
