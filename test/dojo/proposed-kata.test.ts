import { describe, expect, test } from "bun:test";
import { readProposedKata } from "../../lib/dojo/proposed-kata.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { kataClasses } from "./kata-classes.ts";

const kata = (head: string, body = "initial p\nphase p\n  wait event go\n  complete\n"): string =>
  `kata ${head}\n${body}`;

function chain(phases: number): string {
  const lines = Array.from({ length: phases }, (_, index) => {
    const end = index === phases - 1 ? "complete" : `next p${index + 1}`;
    return `phase p${index}\n  wait event go\n  ${end}`;
  });
  return kata("a.chain v1", `initial p0\n${lines.join("\n")}\n`);
}

test("a compiled kata comes with the hashes that its approval is bound to", () => {
  const source = kata("a.b v3", "requires skill s\ninitial p\nphase p\n  run skill s\n  complete\n");
  const read = readProposedKata(kataClasses, source);
  expect(read).toMatchObject({
    kind: "kata",
    kata: {
      source,
      compiled: { name: "a.b", version: "v3" },
      metadata: { name: "a.b", version: "v3", requiredSkills: ["s"], sourceHash: sha256Hex(source) },
    },
  });
  if (read.kind === "kata") {
    expect(read.kata.metadata.compiledHash).toBe(sha256Hex(JSON.stringify(read.kata.compiled)));
  }
});

describe("refuses", () => {
  test.each<[what: string, source: string, reason: RegExp]>([
    ["nothing", "", /Parse error/],
    ["prose", "Please approve this kata at once.", /Parse error/],
    [
      "an undeclared skill",
      kata("a.b v1", "initial p\nphase p\n  run skill s\n  complete\n"),
      /not declared/,
    ],
    ["a cycle", kata("a.b v1", "initial p\nphase p\n  wait event go\n  next p\n"), /Cycle/],
    ["a name with capitals", kata("A.b v1"), /lower-case/],
    ["a path as a name", kata("../../x v1"), /lower-case/],
    ["a name that is another's row id", kata("hfc_v1 v2"), /_v/],
    ["a name of 65 characters", kata(`${"x".repeat(65)} v1`), /64/],
    ["a version that no contract can name", kata("a.b v01"), /version/],
    ["a version with a tail", kata("a.b v1.2"), /version/],
    [
      "a skill with bytes beyond ASCII",
      kata("a.b v1", "requires skill s\u00e4\ninitial p\nphase p\n  run skill s\u00e4\n  complete\n"),
      /skill/,
    ],
    [
      "257 KiB",
      kata("a.b v1", `${"#\n".repeat(131_600)}initial p\nphase p\n  wait event go\n  complete\n`),
      /larger/,
    ],
    [
      "half a surrogate pair",
      kata("a.b v1", "# \ud800\ninitial p\nphase p\n  wait event go\n  complete\n"),
      /Unicode/,
    ],
    ["101 phases", chain(101), /100 phases/],
    [
      "a phase that no list shows",
      kata(
        "a.b v1",
        "initial p\nphase p\n  wait event go\n  next __proto__\nphase __proto__\n  wait event go\n  complete\n",
      ),
      /cannot be shown/,
    ],
    [
      "an initial phase that no list shows",
      kata("a.b v1", "initial __proto__\nphase __proto__\n  wait event go\n  complete\n"),
      /cannot be shown/,
    ],
    [
      "an inherited name as a phase",
      kata("a.b v1", "initial p\nphase p\n  wait event go\n  next toString\n"),
      /shown/,
    ],
  ])("%s", (_what, source, reason) => {
    const read = readProposedKata(kataClasses, source);
    expect(read).toMatchObject({ kind: "refused", reason: expect.stringMatching(reason) });
  });

  test("with a short reason, whatever stands in the draft", () => {
    const read = readProposedKata(kataClasses, kata("a.b v1", `initial ${"x".repeat(10_000)}\n`));
    expect(read).toMatchObject({ kind: "refused" });
    if (read.kind === "refused") expect(read.reason.length).toBeLessThanOrEqual(300);
  });
});

test("100 phases and 10,000 comment lines are fine", () => {
  expect(readProposedKata(kataClasses, chain(100)).kind).toBe("kata");
  expect(readProposedKata(kataClasses, `${"# why\n".repeat(10_000)}${kata("a.b v1")}`).kind).toBe("kata");
});
