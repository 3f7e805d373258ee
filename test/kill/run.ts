/*
 * By hand: npm run test:kill [-- seeds [from [text]]]   (default 20 1, at every point)
 *
 * Kills host and sync at every point of the story, once a seed, and restarts them. Ends with the figures, and with 1
 * when an invariant did not hold.
 */
import { runMatrix } from "./matrix.ts";

const [seeds = 20, from = 1] = process.argv.slice(2, 4).map(Number);
/** Kills only where part and point contain this text. */
const [, , , , text = ""] = process.argv;
let [kills, failed] = [0, 0];
for (let seed = from; seed < from + seeds; seed++) {
  const started = performance.now();
  let done = 0;
  const { points, failures } = await runMatrix({
    seed,
    only: ({ part, id }) => `${part} ${id}`.includes(text),
    onKill: () => {
      done += 1;
    },
  });
  kills += done;
  failed += failures.length;
  for (const failure of failures) console.error(failure);
  console.log(
    `seed ${seed}: ${done} of ${points.length} points, ${failures.length} failures, ${seconds(started)} s`,
  );
}
console.log(`${seeds} seeds, ${kills} kills, ${failed} failures`);
process.exit(failed === 0 ? 0 : 1);

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}
