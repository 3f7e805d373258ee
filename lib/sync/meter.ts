import type { Clock } from "../clock.ts";
import type { RealmProgress } from "./job.ts";

/** Notes how far the sync of one realm is: bytes received, then rows taken into the index. */
export type Meter = (step: RealmProgress["step"], done: number, of: number | null) => void;

/** Often enough for a person who watches. */
const TELL_EVERY_MS = 500;

/** A meter that tells the beginning of a step at once, and after that what is so at most twice a second. */
export function createMeter(realmId: string, clock: Clock, tell: (progress: RealmProgress) => void): Meter {
  let toldAt = 0;
  let toldStep: RealmProgress["step"] | undefined;
  return (step, done, of) => {
    const now = clock.now();
    // Below zero the clock was turned back, which must not silence the rest.
    if (step === toldStep && now - toldAt >= 0 && now - toldAt < TELL_EVERY_MS) return;
    toldAt = now;
    toldStep = step;
    tell({ kind: "progress", realmId, step, done, of });
  };
}

/** The same items, each counted as it is taken. */
export function* counting<Item>(items: Iterable<Item>, note: (count: number) => void): Generator<Item> {
  let count = 0;
  for (const item of items) {
    // A clock that is read for each of a million rows would be felt.
    if (count % ITEMS_PER_NOTE === 0) note(count);
    count += 1;
    yield item;
  }
}

const ITEMS_PER_NOTE = 1000;
