import { setImmediate as nextTurn } from "node:timers/promises";

/** Runs tasks one after the other, in the order they came. */
export interface Lane {
  /** Settles as the task does. A task that fails does not stop the next. */
  run(task: () => Promise<void>): Promise<void>;
  /** Lets the running task end; those that wait, and later ones, settle without having run. */
  stop(): Promise<void>;
}

/** Between two tasks the event loop gets a turn: a burst of tasks must not hold the host. */
export function createLane(): Lane {
  let tail: Promise<void> = Promise.resolve();
  let isStopped = false;
  return {
    run(task) {
      const done = tail.then(() => nextTurn()).then(() => (isStopped ? undefined : task()));
      // The failure is the caller's to report; here it only ends the turn.
      tail = done.catch(() => {});
      return done;
    },
    stop() {
      isStopped = true;
      return tail;
    },
  };
}
