import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { intersectBlocks, type Texts, toGramBlocks } from "../../lib/registry/gram-blocks.ts";
import { createGramReader, GRAMS, gramsOf, PLACE_GRAMS, PLACES } from "../../lib/registry/grams.ts";
import { addKata, emptySet, findKata, type KataSet } from "../../lib/registry/kata-set.ts";

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc
    .array(fc.constantFrom("mail", "ma", "%", "_", "é", "😀", " "), { maxLength: 6 })
    .map((all) => all.join("")),
);

const reader = createGramReader();

/** Numbers in a set, ascending. */
function* numbersOf(set: KataSet, katas: number): Generator<number> {
  const none = emptySet(katas);
  for (
    let at = findKata(set, undefined, none, 0);
    at !== undefined;
    at = findKata(set, undefined, none, at + 1)
  ) {
    yield at;
  }
}

describe("grams", () => {
  test("of a word are all in every text that holds it, each in the numbers of its place", () => {
    fc.assert(
      fc.property(text, text, text, fc.constantFrom(...PLACES), (before, word, after, place) => {
        const read = reader.read(before + word + after);
        const seen = new Set(read);
        expect(seen.size).toBe(read.length);
        for (const gram of gramsOf(place, word)) {
          expect(seen.has(gram % PLACE_GRAMS)).toBe(true);
          expect(Math.floor(gram / PLACE_GRAMS)).toBe(place);
        }
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  test("of a word are as long as it has characters, three at most, and 24 at most", () => {
    const count = (word: string) => gramsOf(0, word).length;
    expect([count(""), count("a"), count("ab"), count("abc"), count("abcd")]).toEqual([0, 1, 1, 1, 2]);
    expect(count("abcdefghijklmnopqrstuvwxyz0123456789")).toBe(24);
  });

  test("of different letters are mostly different numbers", () => {
    const letters = "abcdefghijklmnopqrstuvwxyz._-0123456789".split("");
    const words = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
    const numbers = new Set(words.flatMap((word) => gramsOf(1, word)));
    // 59,319 words in 262,144 numbers: as many meet by chance as a good hash lets meet.
    expect(numbers.size).toBeGreaterThan(words.length * 0.85);
    expect(Math.max(...numbers)).toBeLessThan(GRAMS);
  });
});

describe("the blocks of a chunk", () => {
  const katas = fc.array(fc.tuple(text, text, text), { minLength: 1, maxLength: 200 });

  test("hold of each gram exactly the katas that have it, ordered by gram", () => {
    fc.assert(
      fc.property(katas, (katas: Texts[]) => {
        const expected = new Map<number, Set<number>>();
        for (const [kata, texts] of katas.entries()) {
          for (const place of PLACES) {
            for (const read of reader.read(texts[place])) {
              const gram = place * PLACE_GRAMS + read;
              expected.set(gram, (expected.get(gram) ?? new Set()).add(kata));
            }
          }
        }
        let last = -1;
        let blocks = 0;
        for (const { gram, block } of toGramBlocks(katas)) {
          expect(gram).toBeGreaterThan(last);
          last = gram;
          blocks += 1;
          const set = intersectBlocks([block.slice()], katas.length);
          expect([...numbersOf(set, katas.length)]).toEqual([...(expected.get(gram) ?? [])]);
        }
        expect(blocks).toBe(expected.size);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  test("are no longer than a bit for each kata", () => {
    const many: Texts[] = Array.from({ length: 3000 }, (_, at) => [`kata${at}`, "", at < 20 ? "rare" : ""]);
    const lengths = [...toGramBlocks(many)].map(({ block }) => block.byteLength);
    expect(Math.max(...lengths)).toBe(376);
    expect(Math.min(...lengths)).toBeLessThanOrEqual(40);
  });

  test("together leave what is in all of them, wherever their bytes begin", () => {
    const [ma, il] = [gramsOf(0, "mai")[0], gramsOf(0, "ail")[0]];
    const names = ["mail", "mai", "nail", ...Array<string>(200).fill("x")];
    const shifted: Uint8Array[] = [];
    for (const { gram, block } of toGramBlocks(names.map((name) => [name, "", ""]))) {
      if (gram !== ma && gram !== il) continue;
      const bytes = new Uint8Array(block.byteLength + 1);
      bytes.set(block, 1);
      shifted.push(bytes.subarray(1));
    }
    expect(shifted).toHaveLength(2);
    expect([...numbersOf(intersectBlocks(shifted, names.length), names.length)]).toEqual([0]);
  });
});

test("a kata is found from its number on, within one set and not in another", () => {
  const sets = fc.array(fc.nat(199), { maxLength: 80 });
  fc.assert(
    fc.property(sets, sets, sets, fc.nat(199), (own, within, without, from) => {
      const [a, b, c] = [own, within, without].map((numbers) => {
        const set = emptySet(200);
        for (const number of numbers) addKata(set, number);
        return set;
      }) as [KataSet, KataSet, KataSet];
      const left = own.filter((number) => number >= from && !without.includes(number));
      const smallest = (numbers: number[]) => (numbers.length === 0 ? undefined : Math.min(...numbers));
      expect(findKata(a, undefined, c, from)).toBe(smallest(left));
      expect(findKata(a, b, c, from)).toBe(smallest(left.filter((number) => within.includes(number))));
    }),
    { seed: 4, numRuns: 300 },
  );
});
