import { expect, test } from "bun:test";
import { toDraftSource } from "../../lib/dojo/draft.ts";
import { MAX_SOURCE_BYTES } from "../../lib/model/kata.ts";

const kata = "kata a.b v1\ninitial p\nphase p\n  wait event go\n  complete";

test.each([
  ["as it is", kata],
  ["with space around it", `\n\n  ${kata}  \n`],
  ["with a byte order mark", `\ufeff${kata}`],
  ["in a fence", `\`\`\`\n${kata}\n\`\`\``],
  ["in a fence that names a language", `\`\`\`kata\n${kata}\n\`\`\`\n`],
  ["in a fence between prose", `Sure!\n\n\`\`\`ronin\n${kata}\n\`\`\`\nIt waits for an event.`],
  ["in a fence that never closes", `\`\`\`\n${kata}`],
  ["between prose without a fence", `Sure, here it is.\n\n${kata}\n\nIt waits for an event and is done.`],
  ["in a fence, between prose", `\`\`\`\nMy kata:\n${kata}\nThat is all.\n\`\`\``],
])("finds the source %s", (_how, draft) => {
  expect(toDraftSource(draft)).toBe(`${kata}\n`);
});

test("keeps the comments before the header, and a kata on one line", () => {
  expect(toDraftSource(`Here:\n# Need: x\n# by me\n${kata}\nBye.`)).toBe(`# Need: x\n# by me\n${kata}\n`);
  const line = "kata a.b v1 initial p phase p wait event go complete";
  expect(toDraftSource(`Look:\n${line}\nNice.`)).toBe(`${line}\n`);
});

test("leaves the parser to say what is wrong with a kata that does not end", () => {
  expect(toDraftSource("Here:\nkata a.b v1\ninitial p\nphase p")).toBe("kata a.b v1\ninitial p\nphase p\n");
  expect(toDraftSource("It is complete\nkata a.b v1\nphase p")).toBe("kata a.b v1\nphase p\n");
});

test("takes the first of two fences", () => {
  expect(toDraftSource(`\`\`\`\n${kata}\n\`\`\`\n\`\`\`\nkata c.d v1\n\`\`\``)).toBe(`${kata}\n`);
});

test.each([
  ["backticks", "`".repeat(2 * MAX_SOURCE_BYTES)],
  ["fences", "```\n".repeat(MAX_SOURCE_BYTES / 2)],
  ["spaces", " ".repeat(2 * MAX_SOURCE_BYTES)],
])("half a million %s take no time", (_what, draft) => {
  const startedAt = performance.now();
  toDraftSource(draft);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

test("a fence that never ends its line is no fence", () => {
  expect(toDraftSource("```kata a.b v1")).toBe("```kata a.b v1\n");
});

test("ten megabytes stay too large", () => {
  expect(toDraftSource("x".repeat(10_000_000)).length).toBeGreaterThan(MAX_SOURCE_BYTES);
});
