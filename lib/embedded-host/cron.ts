/**
 * Whether a cron expression of five fields fits the local time of `date`. A field is `*`, `*\/N` or a number as
 * parseInt reads it: ranges and lists become their first number, names and other field counts never fit.
 */
export function matchesCron(expression: string, date: Date): boolean {
  const fields = expression.trim().split(/\s+/);
  const values = [date.getMinutes(), date.getHours(), date.getDate(), date.getMonth() + 1, date.getDay()];
  return (
    fields.length === values.length && values.every((value, at) => matchesField(fields[at] ?? "", value))
  );
}

function matchesField(field: string, value: number): boolean {
  if (field === "*") return true;
  if (field.startsWith("*/")) return value % Number.parseInt(field.slice(2), 10) === 0;
  return Number.parseInt(field, 10) === value;
}

interface CronJob {
  expression: string;
  run: () => unknown;
  timer: ReturnType<typeof setInterval>;
}

/**
 * Jobs that look at the clock once a minute, counted from their own registration. Nothing is caught up and nothing
 * waits for the run before.
 */
export class CronTable {
  // By expression and millisecond, as in the host: two jobs that share both share an id, cancelling one of them stops
  // the other, and the first is then beyond anybody's reach.
  readonly #byId = new Map<string, CronJob>();
  readonly #running = new Set<CronJob>();

  /** Returns the way to cancel the job. `run` must not throw or reject. */
  schedule(expression: string, run: () => unknown): () => void {
    const timer = setInterval(() => {
      if (matchesCron(expression, new Date())) run();
    }, 60_000);
    const job = { expression, run, timer };
    const id = `${expression}-${Date.now()}`;
    this.#byId.set(id, job);
    this.#running.add(job);
    return () => {
      const named = this.#byId.get(id);
      this.#byId.delete(id);
      if (named) this.#stop(named);
    };
  }

  /** Runs every job that is due at `date` and waits for them, as if their timers had all fired then. */
  async tick(date: Date): Promise<void> {
    const due = [...this.#running].filter(({ expression }) => matchesCron(expression, date));
    await Promise.all(due.map(({ run }) => run()));
  }

  /** Stops every job, the ones that lost their id as well: a stopped host must leave no timer behind. */
  clearAll(): void {
    for (const job of this.#running) this.#stop(job);
    this.#byId.clear();
  }

  #stop(job: CronJob): void {
    clearInterval(job.timer);
    this.#running.delete(job);
  }
}
