import { describe, expect, test } from "bun:test";
import { InstallError, messageOf } from "../lib/errors.ts";

describe("the message of anything thrown", () => {
  test.each<[what: string, thrown: unknown, message: string]>([
    ["an error", new InstallError("internal", "no disk"), "no disk"],
    ["a text", "no disk", "no disk"],
    ["nothing", undefined, "undefined"],
    ["an error of several lines", new Error(" no\r\n\tdisk\u2028left "), "no disk left"],
    ["a name that steers a terminal", new Error("no \u001b[2J\u0000kata"), "no [2J kata"],
    ["a name that is not what it looks like", new Error("no \u202eatak\u200b\ufe0f"), "no atak"],
    ["an object that cannot be shown", Object.create(null), "an error that cannot be shown"],
  ])("is one line that can be shown: %s", (_what, thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });

  test("is cut to a thousand characters, with a mark", () => {
    expect(messageOf(new Error("x".repeat(1000)))).toHaveLength(1000);
    const cut = messageOf(new Error("x".repeat(1001)));
    expect(cut).toHaveLength(1000);
    expect(cut).toEndWith("x…");
  });
});
