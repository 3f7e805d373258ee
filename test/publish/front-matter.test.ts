import { describe, expect, test } from "bun:test";
import { FrontMatterError, readFrontMatter } from "../../lib/publish/front-matter.ts";

const body = "kata finance.audit v1\ninitial go\nphase go\n  wait event x\n  complete\n";

describe("front matter", () => {
  test("reads every field into the row's own names", () => {
    const source = `# description: Goes through records.
# tags: finance, audit
# complexity: moderate
# category: finance
# author: Acme
# license: MIT
# documentation: https://katas.example.com/audit
# min-ronin-version: 1.1.0
# max-ronin-version: 2.0.0-beta.1
# released: 2026-06-18
# changes: Faster.
${body}`;
    expect(readFrontMatter(source)).toEqual({
      description: "Goes through records.",
      tags: ["finance", "audit"],
      complexity: "moderate",
      category: "finance",
      author: "Acme",
      license: "MIT",
      documentation: "https://katas.example.com/audit",
      minRoninVersion: "1.1.0",
      maxRoninVersion: "2.0.0-beta.1",
      releaseDate: Date.UTC(2026, 5, 18),
      changes: "Faster.",
    });
  });

  test("may be missing, or stand between ordinary comments and blank lines", () => {
    expect(readFrontMatter(body)).toEqual({});
    expect(readFrontMatter(`# A note about this: see below\n\n#tags:a\n${body}`)).toEqual({ tags: ["a"] });
  });

  test("ends where the kata begins", () => {
    expect(readFrontMatter(`${body}# tags: late\n`)).toEqual({});
  });

  test.each([
    ["a field that does not exist", "# title: x\n", 1],
    ["a field given twice", "# tags: a\n# tags: b\n", 2],
    ["a complexity that does not exist", "# complexity: hard\n", 1],
    ["a day that does not exist", "# released: 2026-02-30\n", 1],
    ["an empty tag", "# tags: a,,b\n", 1],
    ["thirteen tags", `# tags: ${Array.from({ length: 13 }, (_, i) => `t${i}`).join(",")}\n`, 1],
    ["documentation over http", "# documentation: http://x.example\n", 1],
    ["a version range", "\n# min-ronin-version: >=1\n", 2],
    ["a description that is too long", `# description: ${"d".repeat(281)}\n`, 1],
  ])("refuses %s and names the line", (_, lines, line) => {
    let thrown: unknown;
    try {
      readFrontMatter(lines + body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(FrontMatterError);
    expect(thrown).toHaveProperty("code", "invalid_front_matter");
    expect(thrown).toMatchObject({ line });
  });
});
