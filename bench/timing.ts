/** Milliseconds that `run` took. */
export async function timed(run: () => unknown): Promise<number> {
  const startedAt = performance.now();
  const result = run();
  // Waiting for what is no promise would put a turn of the event loop into the time of a synchronous call.
  if (result instanceof Promise) await result;
  return performance.now() - startedAt;
}

export interface Contender {
  /** Does the work number `round` once. */
  run(round: number): unknown;
}

export interface RoundOptions {
  rounds: number;
  /** Milliseconds after which a contender has shown enough and sits out. Default: none. */
  budgetMs?: number;
}

/** A contender over its budget goes on to this many samples, unless that takes many times the budget. */
const WANTED_SAMPLES = 5;
const PATIENCE = 5;

/**
 * The times of each contender in milliseconds. They take turns round by round and each round begins with another,
 * so that what else happens on the machine meets all of them.
 */
export async function takeTurns<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds, budgetMs = Number.POSITIVE_INFINITY }: RoundOptions,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  const spent = new Map<Name, number>();
  for (let round = 0; round < rounds; round++) {
    for (const at of names.keys()) {
      const name = names[(at + round) % names.length] as Name;
      const usedMs = spent.get(name) ?? 0;
      const limitMs = times[name].length < WANTED_SAMPLES ? budgetMs * PATIENCE : budgetMs;
      if (usedMs > limitMs) continue;
      const ms = await timed(() => contenders[name].run(round));
      times[name].push(ms);
      spent.set(name, usedMs + ms);
    }
  }
  return times;
}
