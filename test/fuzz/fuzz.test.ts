import { describe, expect, test } from "bun:test";
import { fuzz, targets } from "./fuzz.ts";
import { type Case, documentOf, mutateBytes, mutateValue } from "./mutate.ts";
import { createRandom } from "./random.ts";
import { oneFile } from "./samples.ts";

describe("what others made", () => {
  // A taste of it with every run of the tests; `npm run fuzz` has the whole meal.
  test.each(Object.entries(targets))(
    "is answered by %s with what is right or an error of ours",
    async (_name, open) => {
      expect(await fuzz(open, { cases: 200, seed: 20_261_123 })).toBeGreaterThanOrEqual(20);
    },
  );

  test("that is answered wrongly is named with its seed", async () => {
    const broken = () => ({
      name: "broken",
      check({ kind }: Case) {
        if (kind === "odd") throw new Error("a crash");
      },
    });
    const failure = await fuzz(broken, { cases: 50, seed: 5 }).catch((error: unknown) => error);
    expect(String(failure)).toContain("seed: 5");
    expect(Object(failure).cause).toMatchObject({ message: "a crash" });
  });
});

describe("a mutation", () => {
  test("is the same for the same seed, and leaves the valid document alone", () => {
    const before = structuredClone(oneFile);
    for (let seed = 0; seed < 500; seed += 1) {
      expect(mutateValue(oneFile, createRandom(seed))).toEqual(mutateValue(oneFile, createRandom(seed)));
    }
    expect(oneFile).toEqual(before);
  });

  test("nearly always changes something, in a document and in bytes", () => {
    const seeds = Array.from({ length: 1000 }, (_, seed) => seed);
    const text = JSON.stringify(oneFile);
    const same = seeds.filter((seed) => JSON.stringify(mutateValue(oneFile, createRandom(seed))) === text);
    expect(same.length).toBeLessThan(100);
    const bytes = Buffer.from(text);
    expect(seeds.filter((seed) => bytes.equals(mutateBytes(bytes, createRandom(seed)))).length).toBeLessThan(
      50,
    );
  });

  test("is in one case of three; one is as it should be", () => {
    expect(documentOf({ kind: "valid", seed: 1 }, oneFile)).toBe(oneFile);
  });
});
