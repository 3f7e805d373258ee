import { describe, expect, test } from "bun:test";
import type { RealmProgress } from "../../lib/sync/job.ts";
import { counting, createMeter } from "../../lib/sync/meter.ts";

function metered() {
  const clock = { at: 1_790_000_000_000, now: () => clock.at };
  const told: Array<RealmProgress["done"]> = [];
  const meter = createMeter("team", clock, ({ done }) => told.push(done));
  return { clock, told, meter };
}

describe("a meter", () => {
  test("tells the first thing at once, and then at most twice a second what is so by then", () => {
    const { clock, told, meter } = metered();
    for (let done = 0; done < 100; done += 1) {
      meter("receiving", done, 100);
      clock.at += 50;
    }
    expect(told).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  });

  test("goes on where the clock was turned back", () => {
    const { clock, told, meter } = metered();
    meter("indexing", 1, null);
    clock.at -= 3_600_000;
    meter("indexing", 2, null);
    expect(told).toEqual([1, 2]);
  });
});

test("a meter tells the next step at once", () => {
  const { told, meter } = metered();
  meter("receiving", 1, 2);
  meter("indexing", 3, 4);
  meter("indexing", 4, 4);
  expect(told).toEqual([1, 3]);
});

describe("items that are counted", () => {
  test("are all handed on, and noted before every thousandth", () => {
    const noted: number[] = [];
    const items = Array.from({ length: 2001 }, (_, position) => position);
    expect([...counting(items, (count) => noted.push(count))]).toEqual(items);
    expect(noted).toEqual([0, 1000, 2000]);
  });

  test("are left where they are once nobody takes more", () => {
    let isClosed = false;
    function* source(): Generator<number> {
      try {
        for (;;) yield 1;
      } finally {
        isClosed = true;
      }
    }
    for (const _ of counting(source(), () => {})) break;
    expect(isClosed).toBe(true);
  });
});
