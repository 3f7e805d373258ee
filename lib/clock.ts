/** Where "now" comes from. Everything that needs the time takes one of these or a `now` parameter. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** The machine's clock: the default that options replace. */
export const systemClock: Clock = { now: () => Date.now() };
