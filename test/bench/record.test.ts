import { describe, expect, test } from "bun:test";
import { describeMachine } from "../../bench/machine.ts";
import { type Run, recordRun } from "../../bench/record.ts";

const run: Run = {
  size: 100_000,
  seed: 1,
  startedAt: "2026-03-10T12:00:00Z",
  machine: describeMachine(),
  rows: [
    {
      part: "sync",
      name: "first sync",
      unit: "ms",
      ours: { value: 2000, samples: 3 },
      peers: { "insert loop": { value: 1000, samples: 3 } },
    },
  ],
  claims: [{ text: "it is fast", holds: false, found: "it is not" }],
};

describe("a recorded run", () => {
  test("holds ratios before times, claims and the machine", () => {
    const text = recordRun("", run);
    expect(text).toContain("| first sync | 2.0 s | 0.50×  1.0 s |");
    expect(text).toContain("- does not hold: it is fast: it is not");
    expect(text).toContain(`Bun ${Bun.version}`);
  });

  test("takes the place of the earlier run of its size, and of no other", () => {
    const large = recordRun("", { ...run, size: 1_000_000, startedAt: "2026-03-11T12:00:00Z" });
    const both = recordRun(large, run);
    const again = recordRun(both, { ...run, startedAt: "2026-03-12T12:00:00Z" });
    expect(again.match(/^## .*/gm)).toEqual(["## 100,000 versions", "## 1,000,000 versions"]);
    expect(again.match(/^2026-\d\d-\d\d/gm)).toEqual(["2026-03-12", "2026-03-11"]);
  });
});
