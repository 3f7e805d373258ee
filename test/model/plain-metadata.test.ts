import { expect, test } from "bun:test";
import fc from "fast-check";
import { kataMetadataSchema } from "../../lib/model/kata.ts";
import { isPlainMetadata } from "../../lib/model/plain-metadata.ts";
import { isPlainPackRow, packRowSchema } from "../../lib/model/wire.ts";
import { draftOf } from "../support/packed-realm.ts";

const row = {
  ...draftOf("finance.audit", "v12"),
  seq: 3,
  reason: "slow",
  replacedBy: "central:finance.audit@v13",
  category: "money",
  requiredSkills: ["mail.search"],
  requiredKatas: ["notify.user@v1"],
  minRoninVersion: "0.1.0",
  maxRoninVersion: "2.0.0",
  author: "Ada",
  license: "MIT",
  documentation: "https://docs.example/audit",
  changes: "Faster.",
  installCount: 4,
  deprecated: false,
};

const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  "",
  " ",
  "a  b",
  "a\nb",
  "\u200b",
  "été",
  "😀".repeat(20),
  "x".repeat(41),
  "x".repeat(121),
  "x".repeat(281),
  0,
  -1,
  1.5,
  2 ** 53,
  Number.NaN,
  256 * 1024 + 1,
  true,
  [],
  {},
  [""],
  ["a b"],
  ["x".repeat(129)],
  Array(13).fill("t"),
  Array(65).fill("s.a"),
  "v0",
  "v1",
  "v1234567",
  "1.2.3",
  "01.2.3",
  "1.2",
  "1.2.3-rc.1",
  " 1.2.3",
  "active",
  "withdrawn",
  "hard",
  "kata",
  "a.b_v2",
  "a@v1",
  "@v1",
  ["a@v1"],
  ["a@v0"],
  ["kata@v1"],
  "https://a.example",
  "http://a.example",
  "https://a..example",
  "https://xn--a.example",
  "https://a.example/%",
  "javascript:alert(1)",
  "central:a.b@v1",
  "f".repeat(64),
  "F".repeat(64),
  Object.create({ a: 1 }),
);
const change = fc.tuple(
  fc.constantFrom(...Object.keys(row), "unknown", "__proto__"),
  fc.oneof(odd, fc.string()),
);

/** The fast answer may be no where the schema says yes, never the other way round or with another value. */
test.each([
  ["metadata", isPlainMetadata, kataMetadataSchema],
  ["a pack's row", isPlainPackRow, packRowSchema],
] as const)("what passes for plain %s is what the schema gives back unchanged", (_, isPlain, schema) => {
  let plain = 0;
  fc.assert(
    fc.property(fc.array(change, { maxLength: 2 }), fc.subarray(Object.keys(row)), (changes, missing) => {
      const value: Record<string, unknown> = { ...row };
      for (const field of missing.slice(0, 1)) delete value[field];
      for (const [field, found] of changes) {
        Object.defineProperty(value, field, {
          value: found,
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
      if (!isPlain(value)) return;
      plain += 1;
      expect(schema.safeParse(value)).toEqual({ success: true, data: value as never });
    }),
    { seed: 4, numRuns: 4000 },
  );
  expect(plain).toBeGreaterThan(200);
});

test("a row as it is published is plain, so that a sync reads few through the schema", () => {
  expect(isPlainPackRow(row)).toBe(true);
  expect(isPlainPackRow({ ...row, description: "Sorts été 😀" })).toBe(true);
  expect(isPlainPackRow({ ...row, seq: undefined })).toBe(false);
  expect(isPlainMetadata(null)).toBe(false);
  expect(isPlainMetadata("text")).toBe(false);
});
