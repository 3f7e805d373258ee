/** How often things are done: enough for medians, or just enough to see that they work. */
export interface Effort {
  /** First syncs and deltas. */
  syncs: number;
  /** Whether the insert loop runs. It holds every statement with its values, ten gigabytes of a million versions. */
  withInsertLoop: boolean;
  noChanges: number;
  /** Milliseconds that a host with nothing to do is watched. */
  idleMs: number;
  /** Of each kind. */
  queries: number;
  /** Milliseconds of one kind's queries after which a slow peer has shown enough. */
  queryBudgetMs: number;
  /** Queries of each kind whose results are compared. */
  compared: number;
  /** Each by the pack and by its bare parts; at most half of the katas that there are. */
  installs: number;
  /** Fresh processes that load the agents. */
  loads: number;
}

/** Above this size one sync says enough, and several would take minutes. */
const LARGE = 200_000;

export function fullEffort(size: number): Effort {
  return {
    syncs: size > LARGE ? 1 : 3,
    withInsertLoop: size <= LARGE,
    noChanges: 20,
    idleMs: 3000,
    queries: 200,
    queryBudgetMs: 250,
    compared: 4,
    installs: 30,
    loads: 9,
  };
}

export const leastEffort: Effort = {
  syncs: 1,
  withInsertLoop: true,
  noChanges: 1,
  idleMs: 20,
  queries: 12,
  queryBudgetMs: 1000,
  compared: 12,
  installs: 1,
  loads: 1,
};
