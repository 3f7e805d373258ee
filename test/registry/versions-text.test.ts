import { expect, test } from "bun:test";
import fc from "fast-check";
import { fromVersionsText, toVersionsText } from "../../lib/registry/versions-text.ts";
import { kataOf } from "./world.ts";

const version = fc
  .record(
    {
      tags: fc.array(fc.constantFrom("mail", "post", ""), { maxLength: 3 }),
      requiredSkills: fc.array(fc.constantFrom("mail.search", "local.notify"), { maxLength: 2 }),
      complexity: fc.constantFrom("simple", "complex"),
      description: fc.string({ unit: "grapheme", maxLength: 20 }),
      deprecated: fc.constant(true),
      requiredKatas: fc.constantFrom<string[]>([], ["a.b@v1"]),
      seq: fc.nat(3),
    },
    { requiredKeys: ["tags", "requiredSkills", "complexity"] },
  )
  .map((fields) => JSON.parse(JSON.stringify(kataOf("a.b", "v1", fields))));

test("versions are read as they were written, whatever they share and lack", () => {
  fc.assert(
    fc.property(fc.array(version, { maxLength: 5 }), (versions) => {
      expect(fromVersionsText(toVersionsText(versions))).toEqual(versions);
    }),
    { seed: 8, numRuns: 500 },
  );
});

test("a version that says what the first says takes the room of what differs", () => {
  const texts = [1, 2, 3, 4].map((count) =>
    toVersionsText(
      Array.from({ length: count }, (_, at) => kataOf("a.b", `v${9 - at}`, { description: "x".repeat(200) })),
    ),
  );
  const [one = "", two = "", , four = ""] = texts;
  expect(two.length - one.length).toBeLessThan(200);
  expect(four.length - one.length).toBe(3 * (two.length - one.length));
});
