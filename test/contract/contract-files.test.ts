import { describe, expect, test } from "bun:test";
import { toContractText } from "../../lib/install/contract.ts";
import { host } from "./hosts.ts";

const parse = (...lines: string[]) => new host.ContractParser().parse(lines.join("\n"));
const header = "contract daily.finance.audit v1";
const target = "target kata finance.audit v2";

describe("a contract file", () => {
  test("names a kata and when it runs, in any order, between comments and blank lines", () => {
    expect(parse("# why", "", `${header}  `, "  trigger cron 0 3 * * *", `\t${target}`)).toMatchObject({
      name: "daily.finance.audit",
      version: "v1",
      targetKata: "finance.audit",
      targetKataVersion: "v2",
      triggerType: "cron",
      triggerConfig: { type: "cron", expression: "0 3 * * *" },
    });
  });

  test.each([
    ['trigger cron "0 3 * * *"', "cron", { type: "cron", expression: "0 3 * * *" }],
    ["trigger event 'mail.came'", "event", { type: "event", eventType: "mail.came" }],
    ["trigger webhook /audit", "webhook", { type: "webhook", path: "/audit" }],
    ["trigger moon full", "manual", { type: "manual" }],
    ["trigger manual", "manual", { type: "manual" }],
  ])("with %p is triggered as %s", (line, triggerType, triggerConfig) => {
    expect(parse(header, target, line)).toMatchObject({ triggerType, triggerConfig });
  });

  test("takes the first version of a kata that it names without one", () => {
    expect(parse(header, "target kata finance.audit")).toMatchObject({ targetKataVersion: "v1" });
  });

  test("says nothing of a target in a block or a line that is not known", () => {
    const block = [
      "parameters {",
      "  target kata other v9",
      "}",
      "on_failure {",
      "target kata other v9",
      "}",
    ];
    expect(parse(header, target, ...block, "run kata other v9")).toMatchObject({
      targetKata: "finance.audit",
    });
  });

  test.each([
    ["is empty", []],
    ["has an indented header", [` ${header}`, target]],
    ["has no version", ["contract daily.finance.audit", target]],
    [
      "has the guide's three lines and no target",
      [header, "trigger cron 0 3 * * *", "run kata finance.audit v2"],
    ],
  ])("that %s is refused", (_what, lines) => {
    expect(() => parse(...lines)).toThrow();
  });
});

describe("the contract that is offered for a kata", () => {
  test.each([
    { name: "finance.audit", version: "v2" },
    { name: "a", version: "v999999" },
    { name: "0day_watch-er.x-1", version: "v10" },
    { name: `${"a".repeat(31)}.${"b".repeat(32)}`, version: "v1" },
  ])("%p is read by the host as that kata, every night", (kata) => {
    const text = toContractText(host, kata) ?? "";
    expect(new host.ContractParser().parse(text)).toMatchObject({
      name: `daily.${kata.name}`,
      targetKata: kata.name,
      targetKataVersion: kata.version,
      triggerConfig: { type: "cron", expression: "0 3 * * *" },
    });
  });
});
