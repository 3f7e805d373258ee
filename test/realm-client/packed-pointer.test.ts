import { describe, expect, test } from "bun:test";
import type { RealmErrorCode } from "../../lib/errors.ts";
import { defaultLimits } from "../../lib/realm-client/limits.ts";
import { type PointerRules, parsePointer } from "../../lib/realm-client/pointer.ts";
import { draftOf, encode, TestPackedRealm } from "../support/packed-realm.ts";
import { refusal, row } from "./support.ts";

const rules: PointerRules = {
  file: "realm.json",
  realmId: "acme",
  isPinned: false,
  limits: defaultLimits,
  where: "realm.json at test",
};

/** At publish 3, with a base of two packs and deltas from 1 and 2. */
const realm = new TestPackedRealm({ id: "acme", rowsPerPack: 2 })
  .publish(draftOf("a.one"), draftOf("a.two"))
  .publish(draftOf("a.three"))
  .publish(draftOf("a.four"));
const { pointer } = realm.files();
const [pack = { sha256: "", bytes: 0, rawBytes: 0, rows: 0 }] = pointer.base;
const [delta = { ...pack, from: 0 }] = pointer.deltas;

const MiB = 1024 * 1024;

function refused(change: object, code: RealmErrorCode, overrides: Partial<PointerRules> = {}) {
  const work = async () => parsePointer(encode({ ...pointer, ...change }), { ...rules, ...overrides });
  return refusal(work(), code);
}

describe("a pointer to packs", () => {
  test("is read with its packs and deltas", () => {
    expect(parsePointer(encode(pointer), rules)).toEqual({ kind: "packed", pointer });
    expect(pointer.base).toHaveLength(2);
    expect(pointer.deltas.map(({ from }) => from)).toEqual([2, 1]);
  });

  test("may be of a realm without rows", () => {
    const empty = new TestPackedRealm({ id: "acme" }).publish().files().pointer;
    expect(parsePointer(encode(empty), rules)).toMatchObject({ pointer: { rows: 0, base: [] } });
  });

  test.each([
    ["seq", { seq: -1 }],
    ["seq", { seq: 1.5 }],
    ["seq", { seq: "7" }],
    ["seq", { seq: undefined }],
    ["state", { state: "A".repeat(64) }],
    ["issued", { issued: "yesterday" }],
    ["realm", { realm: "../acme" }],
    ["base[0].sha256", { base: [{ ...pack, sha256: "../../x" }] }],
    ["base[0].bytes", { base: [{ ...pack, bytes: -1 }] }],
    ["deltas[0].from", { deltas: [{ ...delta, from: 0.5 }] }],
    ["deltas[0].from", { deltas: [{ ...delta, from: 3 }] }],
    ["rows", { rows: 3 }],
    ["katas", { katas: [row()] }],
  ])("with a wrong %s is invalid_document and named", async (path, change) => {
    const error = await refused(change, "invalid_document");
    expect(error.message).toContain(`: ${path}: `);
  });

  test("a publish number beyond what numbers hold exactly is invalid_document, the last that is exact is not", async () => {
    const text = JSON.stringify(pointer).replace('"seq":3', '"seq":9007199254740993');
    const work = async () => parsePointer(new TextEncoder().encode(text), rules);
    await refusal(work(), "invalid_document");
    const last = { ...pointer, seq: Number.MAX_SAFE_INTEGER };
    expect(parsePointer(encode(last), rules)).toMatchObject({ pointer: { seq: Number.MAX_SAFE_INTEGER } });
  });

  test.each([
    ["ten million rows", { rows: 10_000_000 }],
    ["a pack of 17 MiB", { base: [{ ...pack, bytes: 17 * MiB, rawBytes: 20 * MiB }] }],
    ["a pack that unpacks to 65 MiB", { base: [{ ...pack, bytes: 16 * MiB, rawBytes: 65 * MiB }] }],
    ["a pack of 50,001 rows", { base: [{ ...pack, rows: 50_001 }], rows: 50_001 }],
    ["a delta of 17 MiB", { deltas: [{ ...delta, bytes: 17 * MiB }] }],
    ["a delta that unpacks to 101 times its size", { deltas: [{ ...delta, bytes: 10, rawBytes: 1010 }] }],
    [
      "a pack that unpacks to 101 times its size",
      { base: [{ ...pack, bytes: 10, rawBytes: 1010, rows: 4 }] },
    ],
  ])("that declares %s is too_large", async (_name, change) => {
    await refused(change, "too_large");
  });

  test("the packs of a base may have 256 MiB and 1 GiB unpacked together, and not a byte more", async () => {
    const sixteen = { ...pack, bytes: 16 * MiB, rawBytes: 64 * MiB, rows: 0 };
    const full = { base: Array(16).fill(sixteen), rows: 0 };
    expect(() => parsePointer(encode({ ...pointer, ...full }), rules)).not.toThrow();
    const more = (extra: object) => ({ base: [...full.base, { ...pack, rows: 0, ...extra }], rows: 0 });
    await refused(more({ bytes: 1, rawBytes: 0 }), "too_large");
    const fewer = full.base.map((one) => ({ ...one, bytes: 15 * MiB }));
    await refused({ base: [...fewer, { ...pack, rows: 0, bytes: 1, rawBytes: 1 }], rows: 0 }, "too_large");
  });

  test("has at most 64 KiB, where one that holds its rows may have 4 MiB", async () => {
    const limits = { ...defaultLimits, maxPointerBytes: encode(pointer).length };
    expect(() => parsePointer(encode(pointer), { ...rules, limits })).not.toThrow();
    await refused({}, "too_large", { limits: { ...limits, maxPointerBytes: limits.maxPointerBytes - 1 } });
    expect(defaultLimits.maxPointerBytes).toBe(64 * 1024);
  });

  test("of another realm is wrong_realm", () => refused({ realm: "evil" }, "wrong_realm"));

  test("that is unsigned, of a realm pinned to its root, is signature_required", () =>
    refused({ root: "c".repeat(64) }, "signature_required", { isPinned: true }));

  test.each(["base", "state", "deltas"])(
    "without its %s is invalid_document, not a realm without rows",
    async (field) => {
      const error = await refused({ [field]: undefined }, "invalid_document");
      expect(error.message).toContain(field);
    },
  );

  test("is none as index.json, which holds its rows itself", () =>
    refused({}, "invalid_document", { file: "index.json" }));
});
