import { describe, expect, test } from "bun:test";
import { reachOf, toSkillViews } from "../../lib/desk/skills.ts";
import { toVisibleText } from "../../lib/model/text.ts";

describe("a skill's reach", () => {
  test.each([
    ["local.shell.safe", "shell"],
    ["python_exec", "shell"],
    ["local.file.read", "file"],
    ["local.http.request", "network"],
    ["mail.search", "network"],
    ["local.reasoning", null],
    ["profile.show", null],
  ] as const)("of %s is %p", (name, reach) => {
    expect(reachOf(name)).toBe(reach);
  });

  test("orders what is shown: what can touch most comes first", () => {
    const deps = { tools: undefined, hasSkill: (name: string) => name !== "a.lost" };
    const names = ["z.think", "a.lost", "mail.send", "local.shell.safe", "mail.send"];
    expect(toSkillViews(deps, names).map(({ name, isPresent }) => [name, isPresent])).toEqual([
      ["local.shell.safe", true],
      ["mail.send", true],
      ["a.lost", false],
      ["z.think", true],
    ]);
  });
});

describe("a source that is shown", () => {
  test("names what nobody could see", () => {
    expect(toVisibleText("run\tskill a\u202eb\r\n\u200bnext\u0000")).toBe(
      "run\tskill a⟨U+202E⟩b\n⟨U+200B⟩next⟨U+0000⟩",
    );
  });
});
