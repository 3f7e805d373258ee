import { describe, expect, test } from "bun:test";
import { RealmError } from "../../lib/errors.ts";
import { assertNotOlder, judgePointer } from "../../lib/sync/judge-pointer.ts";
import { codeOf } from "../support/throws.ts";

const [one, two] = ["1".repeat(64), "2".repeat(64)];
const indexed = { seq: 7, state: one };

describe("a pointer to packs", () => {
  test("is newer than nothing, and than rows that came in one file with the same number", () => {
    expect(judgePointer({ seq: 0, state: one }, undefined)).toBe("newer");
    expect(judgePointer({ seq: 7, state: one }, { seq: 7 })).toBe("newer");
  });

  test("may jump ahead as far as it likes", () => {
    expect(judgePointer({ seq: 8, state: two }, indexed)).toBe("newer");
    expect(judgePointer({ seq: Number.MAX_SAFE_INTEGER, state: two }, indexed)).toBe("newer");
  });

  test("with the same number is the same by its state, and else an equivocation", () => {
    expect(judgePointer({ seq: 7, state: one }, indexed)).toBe("same");
    expect(judgePointer({ seq: 7, state: two }, indexed)).toBe("equivocation");
  });

  test.each([
    ["another state", two],
    ["the very same state", one],
  ])("with a lower number is rolled_back, with %s too", (_name, state) => {
    expect(codeOf(() => judgePointer({ seq: 6, state }, indexed), RealmError)).toBe("rolled_back");
    expect(codeOf(() => judgePointer({ seq: 6, state }, { seq: 7 }), RealmError)).toBe("rolled_back");
  });
});

describe("a pointer that holds its rows itself", () => {
  test("needs no number in a realm that never had packs, and may keep the one it has", () => {
    expect(() => assertNotOlder(undefined, undefined)).not.toThrow();
    expect(() => assertNotOlder(undefined, { seq: 7 })).not.toThrow();
    expect(() => assertNotOlder(7, { seq: 7 })).not.toThrow();
  });

  test("with a lower number is rolled_back", () => {
    expect(codeOf(() => assertNotOlder(6, { seq: 7 }), RealmError)).toBe("rolled_back");
  });

  test("without a number, after packs, is rolled_back: it could be any old document", () => {
    expect(codeOf(() => assertNotOlder(undefined, indexed), RealmError)).toBe("rolled_back");
    expect(() => assertNotOlder(7, indexed)).not.toThrow();
  });
});
