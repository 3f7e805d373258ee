import { describe, expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { chooseVersion, type VersionChoice } from "../../lib/cli/choose-version.ts";
import type { EventPayload } from "../../lib/events.ts";

const DOWN = "\u001b[B";
const ENTER = "\r";

function choice(version: string, more: Partial<VersionChoice> = {}): VersionChoice {
  return { version, tags: [], complexity: "simple", status: "active", isCompatible: true, ...more };
}

async function ask(versions: readonly VersionChoice[], keys: string, initial?: string) {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = "";
  output.on("data", (chunk) => {
    if (text === "") setImmediate(() => input.write(keys));
    text += String(chunk);
  });
  return { answer: await chooseVersion("finance.audit", versions, initial, { input, output }), text };
}

describe("choosing a version", () => {
  test("with Enter alone takes the first", async () => {
    expect((await ask([choice("v3"), choice("v2")], ENTER)).answer).toBe("v3");
  });

  test("with the arrow keys takes the one they lead to", async () => {
    expect((await ask([choice("v3"), choice("v2"), choice("v1")], DOWN + DOWN + ENTER)).answer).toBe("v1");
  });

  test("starts where it is told to", async () => {
    expect((await ask([choice("v3"), choice("v2")], ENTER, "v2")).answer).toBe("v2");
  });

  test("never shows or takes an incompatible one, even to start with", async () => {
    const { answer, text } = await ask([choice("v3", { isCompatible: false }), choice("v2")], ENTER, "v3");
    expect(answer).toBe("v2");
    expect(text).not.toContain("v3");
  });

  test("asks nothing when none is compatible", async () => {
    expect(await chooseVersion("finance.audit", [choice("v1", { isCompatible: false })])).toBeUndefined();
  });

  test("is left with Ctrl-C, and with Escape", async () => {
    expect((await ask([choice("v1"), choice("v2")], "\u0003")).answer).toBeUndefined();
    expect((await ask([choice("v1"), choice("v2")], "\u001b")).answer).toBeUndefined();
  });

  test("shows date, complexity, tags and what it is for, without what could move the cursor", async () => {
    const hostile = choice("v1", {
      releaseDate: Date.UTC(2026, 10, 22),
      tags: ["a\u001b[9A", "b"],
      description: "adds\u001b[2J\nup",
    });
    const { text } = await ask([hostile], ENTER);
    expect(text).toContain("v1  2026-11-22  simple  a[9A, b");
    expect(text).toContain("adds[2J up");
    expect(text).not.toContain("\u001b[9A");
    expect(text).not.toContain("\u001b[2Jup");
  });

  test("takes the versions of a proposal as they are", () => {
    type Proposed = EventPayload<"kata.install_proposed">["versions"][number];
    const proposed: readonly Proposed[] = [];
    const choices: readonly VersionChoice[] = proposed;
    expect(choices).toEqual([]);
  });
});
