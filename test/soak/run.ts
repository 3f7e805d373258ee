import { parseArgs } from "node:util";
import { burst, soak } from "./soak.ts";
import { type Sample, startSoakWorld } from "./soak-world.ts";

/**
 * `npm run soak -- --minutes 60` prints a line a minute, and fails when anything has grown. With `--rounds 10` it
 * counts only: handlers, timers, open files and proposals. Memory and time show themselves in the long run.
 */

const MAX_GROWTH = 1.05;
const MAX_HOLD_MS = 50;
const WARMING_ROUNDS = 1200;

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "60" }, rounds: { type: "string" } },
});
const minutes = Number(values.minutes);
const maxRounds = values.rounds === undefined ? undefined : Number(values.rounds);
if (!(minutes > 0) || !((maxRounds ?? 2) >= 2)) {
  console.error("soak: --minutes is a number above 0, --rounds one of at least 2");
  process.exit(2);
}

const startedAt = performance.now();
const minutesGone = (): number => (performance.now() - startedAt) / 60_000;
/** What the end is held to: minute ten of an hour, the first sixth of anything shorter. */
const warmMinutes = Math.min(10, minutes / 6);
let warm: Sample | undefined;
let last: Sample | undefined;
let rounds = 0;
let nextLine = 0;

const world = await startSoakWorld();
await world.install();
const held = await burst(world);
await soak(world, {
  isOver: (round) => (maxRounds === undefined ? minutesGone() >= minutes : round >= maxRounds),
  sampleEvery: maxRounds === undefined ? 30 : Math.floor(maxRounds / 2),
  // The first go as fast as they can: what fills up to a bound, as the caches of SQLite, is full by minute ten.
  roundMs: (round) => (maxRounds === undefined && round > WARMING_ROUNDS ? 1000 : 0),
  onSample(sample, round) {
    rounds = round;
    last = sample;
    if (warm === undefined && (maxRounds !== undefined || minutesGone() >= warmMinutes)) warm = sample;
    if (minutesGone() < nextLine) return;
    nextLine += Math.max(minutes / 60, 1 / 6);
    say(`minute ${minutesGone().toFixed(1)}: ${round} rounds, ${toText(sample)}`);
  },
});
await world[Symbol.asyncDispose]();

const problems = findProblems();
say(
  `${held.events} needs in a second: ${held.proposals} proposals for ${held.needs}, longest hold ${held.longestHoldMs.toFixed(1)} ms`,
);
if (warm !== undefined && last !== undefined) {
  say(`${rounds} rounds in ${minutesGone().toFixed(1)} minutes: from ${toText(warm)} to ${toText(last)}`);
}
for (const problem of problems) say(`soak: ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);

/** The console is the pack's, and silent. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function findProblems(): string[] {
  const found: string[] = [];
  if (held.proposals !== held.needs) found.push(`${held.proposals} proposals for ${held.needs} needs`);
  if (maxRounds === undefined && held.longestHoldMs > MAX_HOLD_MS)
    found.push(`the event loop was held ${held.longestHoldMs.toFixed(1)} ms`);
  if (warm === undefined || last === undefined || warm === last)
    return [...found, "too short to compare anything"];
  if (maxRounds === undefined && last.rssBytes > warm.rssBytes * MAX_GROWTH)
    found.push("resident memory grew by more than 5 %");
  for (const what of ["handlers", "timers", "openFiles"] as const) {
    if (last[what] !== warm[what]) found.push(`${what}: ${warm[what]} became ${last[what]}`);
  }
  return found;
}

function toText({ rssBytes, handlers, timers, openFiles }: Sample): string {
  return `${(rssBytes / 2 ** 20).toFixed(1)} MiB, ${handlers} handlers, ${timers} timers, ${openFiles} open files`;
}
