import { describe, expect, test } from "bun:test";
import { judge } from "../../bench/claims.ts";
import type { Row } from "../../bench/figures.ts";
import { pageRow } from "../../bench/parts/discover.ts";
import { holdRows } from "../../bench/parts/hold.ts";
import { INSTALL_ROW } from "../../bench/parts/install.ts";
import { syncRows } from "../../bench/parts/sync.ts";
import { commonKinds, queryKinds } from "../../bench/queries.ts";

const SIZE = 100_000;

function row(
  part: Row["part"],
  name: string,
  ours: number,
  peers: Record<string, number>,
  failed?: number,
): Row {
  const figures = Object.entries(peers).map(([peer, value]) => [peer, { value, samples: 1 }]);
  return {
    part,
    name,
    unit: "ms",
    ours: { value: ours, samples: 1 },
    peers: Object.fromEntries(figures),
    failed,
  };
}

function verdict(rows: Row[], words: string, size = SIZE): boolean | undefined | "no such claim" {
  const claim = judge(rows, size).find(({ text }) => text.includes(words));
  return claim === undefined ? "no such claim" : claim.holds;
}

describe("a claim", () => {
  test("whose part was not run is not measured", () => {
    expect(judge([], SIZE).map(({ holds }) => holds)).toEqual(judge([], SIZE).map(() => undefined));
    expect(judge([], SIZE)).not.toEqual([]);
  });

  test("about pages goes by the sum of medians, and needs every kind that all can answer", () => {
    const slowOnce = commonKinds.map((kind, at) =>
      row("discover", pageRow(kind), at === 0 ? 2 : 1, { Orama: 4 }),
    );
    expect(verdict(slowOnce, "Orama")).toBe(true);
    expect(verdict(slowOnce.slice(1), "Orama")).toBeUndefined();
    expect(
      verdict(
        slowOnce.map((one) => ({ ...one, ours: { value: 2, samples: 1 } })),
        "Orama",
      ),
    ).toBe(false);
  });

  test("about pages of a million goes by the slowest kind, everything left out", () => {
    const pages = queryKinds.map((kind) => row("discover", pageRow(kind), kind === "*" ? 9 : 1, {}));
    expect(verdict(pages, "at most 1 ms", 1_000_000)).toBe(true);
    expect(
      verdict([...pages.slice(1), row("discover", pageRow("one word"), 1.1, {})], "at most 1 ms", 1_000_000),
    ).toBe(false);
    expect(verdict(pages, "at most 1 ms")).toBe("no such claim");
  });

  test("about deltas asks for more of a million versions", () => {
    const delta = [row("sync", syncRows.delta, 1, { "first sync": 40, "empty child": 0.5 })];
    expect(verdict(delta, "delta")).toBe(true);
    expect(verdict(delta, "delta", 1_000_000)).toBe(false);
  });

  test("about no change leaves out the request", () => {
    expect(verdict([row("sync", syncRows.noChangeInside, 25, { "the request": 20 })], "no change")).toBe(
      true,
    );
    expect(verdict([row("sync", syncRows.noChangeInside, 25, { "the request": 19 })], "no change")).toBe(
      false,
    );
  });

  test("about a floor is ours divided by the floor", () => {
    expect(verdict([row("sync", syncRows.first, 5, { "insert loop": 2 })], "insert loop")).toBe(true);
    expect(verdict([row("sync", syncRows.first, 5, { "insert loop": 1.9 })], "insert loop")).toBe(false);
    expect(verdict([row("install", INSTALL_ROW, 4, { "bare parts": 2 })], "bare parts")).toBe(true);
    expect(verdict([row("install", INSTALL_ROW, 4, { "bare parts": 1.9 })], "bare parts")).toBe(false);
  });

  test("about the host falls with one write that failed or one long hold", () => {
    expect(verdict([row("sync", holdRows.writes, 1, {}, 0)], "no write")).toBe(true);
    expect(verdict([row("sync", holdRows.writes, 1, {}, 1)], "no write")).toBe(false);
    expect(verdict([row("sync", holdRows.worst, 50, { "idle host": 1 })], "worst")).toBe(true);
    expect(verdict([row("sync", holdRows.worst, 51, { "idle host": 1 })], "worst")).toBe(false);
  });
});
