import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { byPackOrder, packRowFields, toPackLine } from "../../lib/model/pack-row.ts";
import { type PackRow, packRowSchema } from "../../lib/model/wire.ts";

const hash = "0123456789abcdef".repeat(4);
const full: Required<Omit<PackRow, "deprecated" | "installCount">> = {
  seq: 7,
  name: "finance.audit",
  version: "v2",
  status: "deprecated",
  reason: "Version 3 reads mail too.",
  replacedBy: "acme:finance.audit@v3",
  description: "Goes through records.",
  tags: ["finance"],
  category: "finance",
  complexity: "moderate",
  requiredSkills: ["local.reasoning"],
  requiredKatas: ["notify.user@v1"],
  minRoninVersion: "1.1.0",
  maxRoninVersion: "2.0.0",
  author: "Acme",
  license: "MIT",
  documentation: "https://katas.example.com/audit",
  releaseDate: 1_700_000_000_000,
  lastModified: 1_700_000_000_001,
  changes: "Faster.",
  sourceHash: hash,
  sourceBytes: 300,
  compiledHash: hash,
  compiledWith: "1.1.1",
};

describe("a line of a pack", () => {
  test("has the fields in the one order that digests are made over", () => {
    expect(toPackLine(full)).toBe(
      `{"seq":7,"name":"finance.audit","version":"v2","status":"deprecated","reason":"Version 3 reads mail too.","replacedBy":"acme:finance.audit@v3","description":"Goes through records.","tags":["finance"],"category":"finance","complexity":"moderate","requiredSkills":["local.reasoning"],"requiredKatas":["notify.user@v1"],"minRoninVersion":"1.1.0","maxRoninVersion":"2.0.0","author":"Acme","license":"MIT","documentation":"https://katas.example.com/audit","releaseDate":1700000000000,"lastModified":1700000000001,"changes":"Faster.","sourceHash":"${hash}","sourceBytes":300,"compiledHash":"${hash}","compiledWith":"1.1.1"}`,
    );
    expect(Object.keys(full)).toEqual([...packRowFields]);
  });

  test("is the same whatever order the row's keys came in", () => {
    void fc.assert(
      fc.property(
        fc.shuffledSubarray(Object.entries(full), { minLength: Object.keys(full).length }),
        (entries) => {
          expect(toPackLine(Object.fromEntries(entries) as PackRow)).toBe(toPackLine(full));
        },
      ),
      { numRuns: 50 },
    );
  });

  test("leaves out what is undefined, the guide's flag and the install count", () => {
    const row: PackRow = { ...full, reason: undefined, deprecated: true, installCount: 12 };
    const keys = Object.keys(JSON.parse(toPackLine(row)));
    expect(keys).toEqual(packRowFields.filter((field) => field !== "reason"));
  });

  test("stays one line whatever is in its texts, and reads back as the row it was", () => {
    const line = toPackLine({ ...full, description: 'a "quoted" \\ text\nand\r\u2028more' });
    expect(line).not.toContain("\n");
    expect(line).not.toContain("\r");
    expect(JSON.parse(line).description).toBe('a "quoted" \\ text\nand\r\u2028more');
    expect(packRowSchema.parse(JSON.parse(toPackLine(full)))).toEqual(full);
  });
});

describe("publishing order", () => {
  test("is by name, then by version as a number", () => {
    const rows = ["b.a@v1", "a.b@v10", "a.b@v9", "a-b@v1", "a.b.c@v1"].map((ref) => {
      const [name = "", version = ""] = ref.split("@");
      return { name, version };
    });
    expect(rows.sort(byPackOrder).map(({ name, version }) => `${name}@${version}`)).toEqual([
      "a-b@v1",
      "a.b@v9",
      "a.b@v10",
      "a.b.c@v1",
      "b.a@v1",
    ]);
  });
});
