import type { Figure, Row } from "../figures.ts";
import type { Felt } from "../loop-watch.ts";

/** What a host felt during syncs, beside the same host with nothing to do. */
export function toHoldRows(syncing: readonly Felt[], idle: Felt): Row[] {
  const busy = worstOf(syncing);
  const row = (name: string, of: (felt: Felt) => Figure): Row => {
    return { part: "sync", name, unit: "ms", ours: of(busy), peers: { "idle host": of(idle) } };
  };
  return [
    row(holdRows.p999, ({ heldP999Ms: value, samples }) => ({ value, samples })),
    row(holdRows.worst, ({ heldWorstMs: value, samples }) => ({ value, samples })),
    {
      ...row(holdRows.writes, ({ slowestWriteMs: value, writes: samples }) => ({ value, samples })),
      failed: busy.failedWrites,
      note: `${busy.failedWrites} of ${busy.writes} writes failed`,
    },
  ];
}

export const holdRows = {
  p999: "event loop held, p99.9",
  worst: "event loop held, worst",
  writes: "slowest write of the host",
} as const;

/** Of several syncs the worst of each, not the mean: a host feels every one of them. */
function worstOf(felt: readonly Felt[]): Felt {
  const most = (of: (one: Felt) => number): number => Math.max(...felt.map(of));
  const sum = (of: (one: Felt) => number): number => felt.reduce((total, one) => total + of(one), 0);
  return {
    heldP999Ms: most((one) => one.heldP999Ms),
    heldWorstMs: most((one) => one.heldWorstMs),
    samples: sum((one) => one.samples),
    writes: sum((one) => one.writes),
    failedWrites: sum((one) => one.failedWrites),
    slowestWriteMs: most((one) => one.slowestWriteMs),
  };
}
