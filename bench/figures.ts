/** What was measured, and beside it what others need for the same. */
export interface Row {
  part: PartName;
  /** What was done. Unique within a part. */
  name: string;
  unit: Unit;
  ours: Figure;
  /** By the name of the peer; undefined where it has no answer to this. */
  peers: Record<string, Figure | undefined>;
  /** Attempts that failed, where that is part of the question. */
  failed?: number | undefined;
  note?: string | undefined;
}

export const partNames = ["sync", "discover", "compatibility", "install", "load", "memory", "ronin"] as const;
export type PartName = (typeof partNames)[number];

/** Milliseconds, or MiB. */
export type Unit = "ms" | "MiB";

export interface Figure {
  /** The median, unless the row says otherwise. */
  value: number;
  /** The 95th percentile, where there are enough samples for one. */
  p95?: number | undefined;
  samples: number;
}

const ENOUGH_FOR_P95 = 20;

export function toFigure(samples: readonly number[]): Figure {
  const figure: Figure = { value: percentile(samples, 0.5), samples: samples.length };
  return samples.length < ENOUGH_FOR_P95 ? figure : { ...figure, p95: percentile(samples, 0.95) };
}

/** The smallest sample that this share of all samples does not exceed; NaN of none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function findRow(rows: readonly Row[], part: PartName, name: string): Row | undefined {
  return rows.find((row) => row.part === part && row.name === name);
}

/** How many times our value theirs is. */
export function ratioOf(theirs: Figure, ours: Figure): number {
  return theirs.value / ours.value;
}
