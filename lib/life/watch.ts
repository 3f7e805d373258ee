import { messageOf } from "../errors.ts";
import type { LifeDeps } from "./deps.ts";
import { proposeUpdates } from "./propose-updates.ts";
import { reportTrouble } from "./report-trouble.ts";

/** Watches over what is installed. It proposes and reports; it changes no kata. */
export interface LifeWatch {
  /** Looks at every installed kata once. Asked while it looks, it looks once more after that. Never rejects. */
  look(): Promise<void>;
  /** Ends the look under way; later ones do nothing. */
  stop(): Promise<void>;
}

export function createLifeWatch(deps: LifeDeps): LifeWatch {
  const stopping = new AbortController();
  const { signal } = stopping;
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  async function run(): Promise<void> {
    // What a sync brings from here on is for the next look.
    next = undefined;
    if (signal.aborted) return;
    try {
      await reportTrouble(deps);
      await proposeUpdates(deps, signal);
    } catch (error) {
      if (!signal.aborted) deps.log.error(`installed katas could not be looked at: ${messageOf(error)}`);
    }
  }

  return {
    look() {
      if (next === undefined) {
        next = current.then(run);
        current = next;
      }
      return next;
    },
    stop() {
      stopping.abort(new Error("the watch was stopped"));
      return current;
    },
  };
}
