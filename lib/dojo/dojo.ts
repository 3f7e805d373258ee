import { messageOf } from "../errors.ts";
import type { EventPayload } from "../events.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { answerNeed } from "./answer-need.ts";
import { startBurst } from "./burst.ts";
import type { DojoDeps } from "./deps.ts";
import { createLane } from "./lane.ts";
import { type Need, quoteNeed, toNeed } from "./need.ts";
import { proposeKata } from "./propose.ts";
import { searchForOpenNeeds } from "./supersede.ts";

/** Needs that may wait; one on the bus costs nothing, and anybody can put a thousand there. */
export const MAX_WAITING_NEEDS = 100;

/** Answers needs with what realms have: by a proposal that a person decides, never by installing anything. */
export interface Dojo {
  /**
   * Takes up a `capability.missing`. Resolves when it is answered, dropped or found to be known; it never
   * rejects, since there is nobody behind an event to tell.
   */
  hear(need: EventPayload<"capability.missing">): Promise<void>;
  /** After a sync: searches again for needs that found nothing. Never rejects. */
  searchAgain(): Promise<void>;
  /** Lets the need that is worked on end and drops those that wait. */
  stop(): Promise<void>;
  /**
   * Opens, or shows again, the request for one kata and emits `kata.install_proposed`.
   *
   * @throws RegistryError `unknown_realm`, `realm_disabled`, `unknown_kata`, `registry_busy`
   */
  propose(
    kata: { realm: string; name: string; version?: string },
    intent?: string,
  ): Promise<KataInstallRequest>;
}

/**
 * Wires the Dojo. Needs are worked on one at a time: the same need, or two that one kata meets, cannot race
 * for a proposal. A need that waits, or has a pending proposal, is not taken up twice.
 */
export function createDojo(deps: DojoDeps): Dojo {
  const lane = createLane();
  const waiting = new Map<string, Promise<void>>();
  let burst = startBurst();
  let nextSearch: Promise<void> | undefined;

  async function work(need: Need): Promise<void> {
    try {
      await answerNeed(deps, need, burst);
    } catch (error) {
      deps.log.error(`the need ${quoteNeed(need.text)} could not be answered: ${messageOf(error)}`);
    } finally {
      waiting.delete(need.key);
      if (waiting.size === 0) burst = startBurst();
    }
  }

  return {
    async hear(payload) {
      const need = toNeed(payload);
      if (need === undefined) {
        deps.log.info("ignored a need without a visible character");
        return;
      }
      const known = waiting.get(need.key);
      if (known !== undefined) return await known;
      if (waiting.size >= MAX_WAITING_NEEDS) {
        if (!burst.isDropping) deps.log.warn(`${waiting.size} needs are waiting; further ones are dropped`);
        burst.isDropping = true;
        return;
      }
      const done = lane.run(() => work(need));
      waiting.set(need.key, done);
      await done;
    },

    async searchAgain() {
      nextSearch ??= lane.run(async () => {
        // What a sync brings from here on is for the next search.
        nextSearch = undefined;
        await searchForOpenNeeds(deps);
      });
      await nextSearch;
    },

    stop: () => lane.stop(),

    propose: (kata, intent) => proposeKata(deps, kata, intent),
  };
}
