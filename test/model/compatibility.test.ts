import { describe, expect, test } from "bun:test";
import { reportCompatibility, supportsRonin } from "../../lib/model/compatibility.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";

const kata: RealmKataMetadata = {
  name: "finance.audit",
  version: "v2",
  requiredSkills: ["mail.search", "finance.extract"],
  tags: [],
  complexity: "simple",
  sourceHash: "a".repeat(64),
  compiledHash: "b".repeat(64),
};
const on = (roninVersion: string, change: Partial<RealmKataMetadata>) =>
  reportCompatibility({ ...kata, ...change }, { roninVersion });

describe("compatibility", () => {
  test("without a range and without a skill look-up everything fits", () => {
    expect(on("1.1.1", {})).toEqual({ isCompatible: true, missingSkills: [], suggestions: [] });
  });

  test.each([
    ["1.1.1", { minRoninVersion: "1.1.1" }, true],
    ["1.1.1", { maxRoninVersion: "1.1.1" }, true],
    ["1.1.0", { minRoninVersion: "1.1.1" }, false],
    ["1.1.2", { maxRoninVersion: "1.1.1" }, false],
    ["1.10.0", { minRoninVersion: "1.9.0" }, true],
    ["2.0.0-beta.1", { minRoninVersion: "2.0.0" }, false],
    ["2.0.0-beta.1", { minRoninVersion: "2.0.0-beta.1" }, true],
    ["2.0.0-beta.1", { maxRoninVersion: "1.9.0" }, false],
    ["2.0.0-beta.1", { maxRoninVersion: "2.0.0" }, true],
  ])("Ronin %s within %j: %p", (ronin, range, fits) => {
    expect(supportsRonin({ ...kata, ...range }, ronin)).toBe(fits);
  });

  test("says what to do about a Ronin that is too old, in the guide's words", () => {
    expect(on("0.1.0", { minRoninVersion: "0.2.0" }).suggestions).toEqual([
      "Upgrade Ronin to 0.2.0 or higher",
    ]);
  });

  test("says what to do about a Ronin that is too new", () => {
    const [suggestion] = on("1.1.1", { maxRoninVersion: "0.3.0" }).suggestions;
    expect(suggestion).toContain("supports up to 0.3.0");
  });

  test("missing skills make it incompatible and are listed once, in order", () => {
    const report = reportCompatibility(
      { ...kata, requiredSkills: ["b", "a", "b"] },
      { roninVersion: "1.1.1", hasSkill: () => false },
    );
    expect(report).toMatchObject({ isCompatible: false, missingSkills: ["b", "a"] });
    expect(report.suggestions).toEqual(["Install the missing skills first: b, a"]);
  });

  test("a deprecated version stays compatible and says why and what instead", () => {
    const report = on("1.1.1", {
      status: "deprecated",
      reason: "too slow",
      replacedBy: "acme:finance.audit@v3",
    });
    expect(report.isCompatible).toBe(true);
    expect(report.suggestions).toEqual([
      "finance.audit v2 is deprecated: too slow. Use acme:finance.audit@v3 instead",
    ]);
  });
});
