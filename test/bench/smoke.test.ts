import { beforeAll, describe, expect, test } from "bun:test";
import { judge } from "../../bench/claims.ts";
import { leastEffort } from "../../bench/effort.ts";
import { findRow, type PartName, partNames, type Row } from "../../bench/figures.ts";
import { pageRow } from "../../bench/parts/discover.ts";
import { holdRows } from "../../bench/parts/hold.ts";
import { syncRows } from "../../bench/parts/sync.ts";
import { queryKinds } from "../../bench/queries.ts";
import { runParts } from "../../bench/run-parts.ts";

const SIZE = 400;
// The registry inside Ronin needs a checkout of it.
const always: PartName[] = partNames.filter((part) => part !== "ronin");
let rows: Row[];

beforeAll(async () => {
  rows = await runParts(SIZE, always, leastEffort, () => {});
}, 180_000);

describe("a benchmark of a few hundred versions", () => {
  test("gives every part a row", () => {
    expect([...new Set(rows.map(({ part }) => part))].sort()).toEqual([...always].sort());
  });

  test("measures us and every peer that is named", () => {
    for (const { name, ours, peers } of rows) {
      for (const [who, figure] of Object.entries({ ours, ...peers })) {
        expect({ name, who, value: figure?.value }).toEqual({ name, who, value: expect.any(Number) });
        expect(figure?.samples).toBeGreaterThan(0);
        expect(figure?.value).toBeGreaterThanOrEqual(0);
      }
    }
  });

  test("finds with every kind of query what a LIKE scan finds, in the same order", () => {
    for (const kind of queryKinds) {
      const note = findRow(rows, "discover", pageRow(kind))?.note;
      expect({ kind, note }).toEqual({ kind, note: expect.stringMatching(/LIKE scan (\d+)\/\1 and \1\/\1/) });
    }
  });

  test("puts every library beside the kinds that it can answer", () => {
    const [page] = rows.filter(({ name }) => name === pageRow("two words"));
    expect(Object.keys(page?.peers ?? {})).toEqual(["MiniSearch", "Orama", "LIKE scan", "FTS5"]);
    const [inside] = rows.filter(({ name }) => name === pageRow("inside a word"));
    expect(Object.keys(inside?.peers ?? {})).toEqual(["LIKE scan"]);
  });

  test("lets the insert loop store as many versions as the sync", () => {
    expect(findRow(rows, "sync", syncRows.first)?.note).toMatch(new RegExp(`inserts for ${SIZE} versions$`));
  });

  test("counts the host's writes during a sync, and those that failed", () => {
    expect(findRow(rows, "sync", holdRows.writes)?.failed).toBe(0);
  });

  test("has a figure for every claim", () => {
    expect(judge(rows, SIZE).filter(({ holds }) => holds === undefined)).toEqual([]);
    expect(judge(rows, 1_000_000).filter(({ holds }) => holds === undefined)).toEqual([]);
  });
});
