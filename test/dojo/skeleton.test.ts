import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { toNeedKey } from "../../lib/dojo/need.ts";
import { readProposedKata } from "../../lib/dojo/proposed-kata.ts";
import { toSkeleton, toSkeletonNames } from "../../lib/dojo/skeleton.ts";
import { toSearchWords } from "../../lib/dojo/words.ts";
import { kataNameSchema } from "../../lib/model/kata.ts";
import { kataClasses } from "./kata-classes.ts";

const namesOf = (need: string): string[] => toSkeletonNames(toSearchWords(need), toNeedKey(need));

describe("toSkeletonNames", () => {
  test.each([
    ["I need to sync Slack updates to Discord", "custom.sync_slack_updates_discord"],
    ["I need to track all recurring subscriptions every month", "custom.track_recurring_subscriptions_month"],
    ["migrate to API v2", "custom.migrate_api"],
    ["Überweisungen und Rechnungen audit", "custom.und_rechnungen_audit"],
  ])("%p is called %s", (need, name) => {
    expect(namesOf(need)[0]).toBe(name);
  });

  test.each(["🚀", "следить за подписками", "please help me", "v2"])("%p is called by a digest", (need) => {
    expect(namesOf(need)).toEqual([expect.stringMatching(/^custom\.need_[0-9a-f]{8}$/)]);
  });

  test("two needs of the same words can have two names", () => {
    const [plain, daily] = [
      namesOf("sync slack updates discord daily"),
      namesOf("sync slack updates discord weekly"),
    ];
    expect(plain[0]).toBe(daily[0]);
    expect(plain[1]).not.toBe(daily[1]);
  });

  test("all are names that a realm may have, whatever the need", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (need) => {
        for (const name of namesOf(need)) expect(kataNameSchema.safeParse(name).success).toBe(true);
      }),
      { numRuns: 50, seed: 7 },
    );
    const longest = Array.from({ length: 4 }, (_, index) => "x".repeat(39) + index).join(" ");
    for (const name of namesOf(longest)) expect(kataNameSchema.safeParse(name).success).toBe(true);
  });
});

describe("toSkeleton", () => {
  const name = "custom.audit";
  const compile = (need: string, skills: string[]) => {
    const read = readProposedKata(kataClasses, toSkeleton({ need, name, skills }));
    if (read.kind === "refused") throw new Error(read.reason);
    return read.kata.compiled;
  };

  test("runs one skill after the other", () => {
    const compiled = compile("audit", ["mail.search", "local.reasoning", "local.notify"]);
    expect(compiled.requiredSkills).toEqual(["mail.search", "local.reasoning", "local.notify"]);
    expect(compiled.initial).toBe("step1");
    expect(Object.values(compiled.phases)).toMatchObject([
      { name: "step1", action: { type: "run", skill: "mail.search" }, next: "step2" },
      { name: "step2", action: { type: "run", skill: "local.reasoning" }, next: "step3" },
      { name: "step3", action: { type: "run", skill: "local.notify" }, terminal: "complete" },
    ]);
  });

  test("runs a single skill", () => {
    const compiled = compile("audit", ["local.reasoning"]);
    expect(compiled.requiredSkills).toEqual(["local.reasoning"]);
    expect(Object.values(compiled.phases).map(({ action }) => action)).toEqual([
      { type: "run", skill: "local.reasoning" },
    ]);
  });

  test("waits for an event where there is no skill", () => {
    const compiled = compile("audit", []);
    expect(compiled.requiredSkills).toEqual([]);
    expect(Object.values(compiled.phases).map(({ action }) => action)).toMatchObject([
      { type: "wait", eventName: "custom.audit.start" },
    ]);
  });

  test.each([
    "audit\nkata evil.kata v1",
    "audit\r\nrequires skill local.shell.safe",
    "audit\u2028phase evil\u0085run skill local.shell.safe",
    "x".repeat(2000),
    "\0",
    "",
  ])("a need cannot write a statement: %j", (need) => {
    const compiled = compile(need, ["local.reasoning"]);
    expect(compiled.name).toBe(name);
    expect(compiled.requiredSkills).toEqual(["local.reasoning"]);
    expect(Object.keys(compiled.phases)).toEqual(["step1"]);
  });
});
