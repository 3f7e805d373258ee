import { describe, expect, test } from "bun:test";
import type { PackedRealm } from "../../lib/model/wire.ts";
import { choosePacks } from "../../lib/sync/choose-packs.ts";
import { draftOf, TestPackedRealm } from "../support/packed-realm.ts";

const state = "a".repeat(64);

/** At publish 10, with deltas from 9, 8, 6 and 2 of a hundred bytes each, and a base of two packs. */
const pointer: PackedRealm = {
  ...new TestPackedRealm().publish(draftOf("a.one")).files().pointer,
  seq: 10,
  base: [packOf("b1", 500), packOf("b2", 500)].map((pack) => ({ ...pack, rows: 1 })),
  deltas: [9, 8, 6, 2].map((from) => ({ from, ...packOf(`d${from}`, 100) })),
};

function packOf(sha256: string, bytes: number) {
  return { sha256, bytes, rawBytes: bytes };
}

function chosen(indexed: Parameters<typeof choosePacks>[1], from: PackedRealm = pointer): string[] {
  return choosePacks(from, indexed).packs.map(({ sha256 }) => sha256);
}

describe("choosePacks", () => {
  test.each([
    [9, "d9"],
    [8, "d8"],
    [7, "d6"],
    [6, "d6"],
    [5, "d2"],
    [2, "d2"],
  ])("an index at %i takes the delta %s, the closest that begins no later", (seq, delta) => {
    expect(chosen({ seq, state })).toEqual([delta]);
  });

  test("an index from before the first delta takes the base, all packs in their order", () => {
    expect(chosen({ seq: 1, state })).toEqual(["b1", "b2"]);
    expect(choosePacks(pointer, { seq: 1, state })).toMatchObject({ kind: "base", from: -1 });
  });

  test("an empty index, and one whose rows came in one file, takes the base", () => {
    expect(chosen(undefined)).toEqual(["b1", "b2"]);
    expect(chosen({ seq: 9 })).toEqual(["b1", "b2"]);
  });

  test("a delta that is larger than the base is not taken, one of its size is", () => {
    const larger = (bytes: number) => ({ ...pointer, deltas: [{ from: 9, ...packOf("d9", bytes) }] });
    expect(chosen({ seq: 9, state }, larger(1001))).toEqual(["b1", "b2"]);
    expect(chosen({ seq: 9, state }, larger(1000))).toEqual(["d9"]);
  });

  test("the order in which the pointer lists its deltas says nothing", () => {
    const shuffled = { ...pointer, deltas: pointer.deltas.toReversed() };
    expect(chosen({ seq: 7, state }, shuffled)).toEqual(["d6"]);
  });
});
