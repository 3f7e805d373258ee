import { type Figure, findRow, type PartName, type Row, ratioOf } from "./figures.ts";
import { formatRatio, formatTime } from "./format.ts";
import { allRow, pageRow } from "./parts/discover.ts";
import { holdRows } from "./parts/hold.ts";
import { INSTALL_ROW } from "./parts/install.ts";
import { syncRows } from "./parts/sync.ts";
import { commonKinds, type QueryKind, queryKinds } from "./queries.ts";

/** What the project promises, and whether this run bears it out. */
export interface Claim {
  text: string;
  /** Undefined when its parts were not run. */
  holds: boolean | undefined;
  /** What was found. Empty when nothing was. */
  found: string;
}

const LARGE = 1_000_000;

/** The claims for a realm of this size, judged by the medians of one run. */
export function judge(rows: readonly Row[], size: number): Claim[] {
  const isLarge = size >= LARGE;
  const deltaRatio = isLarge ? 200 : 30;
  return [
    isLarge ? largePages(rows) : pagesBeside(rows, "MiniSearch"),
    ...(isLarge ? [] : [pagesBeside(rows, "Orama"), everythingBesideLike(rows), firstSync(rows)]),
    claim(
      `a delta of 0.1 % is at least ${deltaRatio}× faster than a first sync`,
      rows,
      "sync",
      syncRows.delta,
      (row) => {
        const first = row.peers[syncRows.first];
        const child = row.peers["empty child"];
        if (first === undefined || child === undefined) return undefined;
        const apart = (first.value - child.value) / (row.ours.value - child.value);
        const ratio = ratioOf(first, row.ours);
        return {
          holds: ratio >= deltaRatio,
          found: `${formatRatio(ratio)}; ${formatRatio(apart)} without the time to start a process`,
        };
      },
    ),
    claim("no change takes at most 5 ms and the request", rows, "sync", syncRows.noChangeInside, (row) => {
      const request = row.peers["the request"];
      if (request === undefined) return undefined;
      const ms = row.ours.value - request.value;
      return { holds: ms <= 5, found: `${formatTime(ms)} and a request of ${formatTime(request.value)}` };
    }),
    held(rows, holdRows.p999, 10),
    held(rows, holdRows.worst, 50),
    claim("no write of the host fails during a sync", rows, "sync", holdRows.writes, ({ ours, failed }) => ({
      holds: failed === 0,
      found: `${failed} of ${ours.samples} failed, the slowest took ${formatTime(ours.value)}`,
    })),
    claim(
      "approval to installed is at most 2× its bare parts",
      rows,
      "install",
      INSTALL_ROW,
      ({ ours, peers }) => atMost(2, ours, peers["bare parts"]),
    ),
  ];
}

type Verdict = { holds: boolean; found: string } | undefined;

function claim(
  text: string,
  rows: readonly Row[],
  part: PartName,
  name: string,
  judgeRow: (row: Row) => Verdict,
): Claim {
  const row = findRow(rows, part, name);
  return toClaim(text, row && judgeRow(row));
}

function toClaim(text: string, verdict: Verdict): Claim {
  return { text, holds: verdict?.holds, found: verdict?.found ?? "" };
}

function firstSync(rows: readonly Row[]): Claim {
  return claim("a first sync takes at most 2.5× a bare insert loop", rows, "sync", syncRows.first, (row) =>
    atMost(2.5, row.ours, row.peers["insert loop"]),
  );
}

function atMost(most: number, ours: Figure, theirs: Figure | undefined): Verdict {
  if (theirs === undefined) return undefined;
  const ratio = ours.value / theirs.value;
  return { holds: ratio <= most, found: formatRatio(ratio) };
}

function held(rows: readonly Row[], name: string, mostMs: number): Claim {
  return claim(`during a sync: ${name}, at most ${mostMs} ms`, rows, "sync", name, ({ ours, peers }) => ({
    holds: ours.value <= mostMs,
    found: `${formatTime(ours.value)}; an idle host ${formatTime(peers["idle host"]?.value ?? Number.NaN)}`,
  }));
}

function largePages(rows: readonly Row[]): Claim {
  const pages = queryKinds
    .filter((kind) => kind !== "*")
    .map((kind) => findRow(rows, "discover", pageRow(kind)));
  const slowest = pages.reduce((slow, page) =>
    (page?.ours.value ?? 0) > (slow?.ours.value ?? 0) ? page : slow,
  );
  return toClaim(
    "the first page takes at most 1 ms for every kind of three letters or more",
    slowest && { holds: slowest.ours.value <= 1, found: `${slowest.name} ${formatTime(slowest.ours.value)}` },
  );
}

function pagesBeside(rows: readonly Row[], peer: string): Claim {
  const text = `the first page is at least 3× faster than ${peer}, by the sum of medians over ${commonKinds.join(", ")}`;
  return atLeastBeside(text, rows, pageRow, peer, 3);
}

function everythingBesideLike(rows: readonly Row[]): Claim {
  const text = `all results are at least 5× faster than a LIKE scan, by the sum of medians over ${commonKinds.join(", ")}`;
  return atLeastBeside(text, rows, allRow, "LIKE scan", 5);
}

function atLeastBeside(
  text: string,
  rows: readonly Row[],
  nameOf: (kind: QueryKind) => string,
  peer: string,
  least: number,
): Claim {
  const found = commonKinds.flatMap((kind) => findRow(rows, "discover", nameOf(kind)) ?? []);
  const theirs = found.flatMap((row) => row.peers[peer] ?? []);
  if (theirs.length < commonKinds.length) return toClaim(text, undefined);
  const ratio = sum(theirs) / sum(found.map(({ ours }) => ours));
  return toClaim(text, { holds: ratio >= least, found: formatRatio(ratio) });
}

function sum(figures: readonly Figure[]): number {
  return figures.reduce((total, { value }) => total + value, 0);
}
