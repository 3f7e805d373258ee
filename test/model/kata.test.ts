import { describe, expect, test } from "bun:test";
import {
  byVersionDescending,
  kataMetadataSchema,
  kataNameSchema,
  kataVersionSchema,
  parseKataRef,
  type RealmKataMetadata,
  statusOf,
} from "../../lib/model/kata.ts";

const isName = (text: string) => kataNameSchema.safeParse(text).success;
const isVersion = (text: string) => kataVersionSchema.safeParse(text).success;

const row: RealmKataMetadata = {
  name: "finance.audit",
  version: "v2",
  requiredSkills: ["mail.search"],
  tags: ["finance"],
  complexity: "moderate",
  sourceHash: "a".repeat(64),
  compiledHash: "b".repeat(64),
};

describe("kata names", () => {
  test.each([["finance.audit"], ["a"], ["a1.b-2.c_3"], ["constructor"], ["notify.user"], ["a".repeat(64)]])(
    "%s is one",
    (name) => expect(isName(name)).toBe(true),
  );

  test.each([
    ["../x"],
    ["a/b"],
    ["a?b"],
    ["a#b"],
    ["%2e%2e"],
    ["a\u0000b"],
    ["A.b"],
    ["finance..audit"],
    [".a"],
    ["a."],
    ["-a"],
    ["__proto__"],
    ["fin\u0430nce.audit"],
    ["finance.\u200Baudit"],
    ["a".repeat(65)],
    ["a".repeat(300)],
    [""],
    ["a b"],
  ])("%j is none", (name) => expect(isName(name)).toBe(false));

  test.each([["hfc_v1"], ["a.b_v22.c"]])("%s could overwrite another kata's row on the host", (name) =>
    expect(isName(name)).toBe(false),
  );

  test.each([["run"], ["kata"], ["ai-model"], ["ddd"], ["v1x"]])(
    "%s cannot be read by the kata language",
    (name) => expect(isName(name)).toBe(false),
  );
});

describe("kata versions", () => {
  test.each([["v1"], ["v10"], ["v999999"]])("%s is one", (version) => expect(isVersion(version)).toBe(true));

  test.each([
    ["v0"],
    ["v01"],
    ["v1.2"],
    ["1"],
    ["V1"],
    ["v1;"],
    ["v1/../x"],
    ["v1000000"],
    ["v1beta"],
    ["v1 "],
    ["v1\n"],
  ])("%j is none", (version) => expect(isVersion(version)).toBe(false));

  test("are ordered as numbers, newest first", () => {
    const versions = ["v9", "v10", "v1", "v2"].map((version) => ({ version })).sort(byVersionDescending);
    expect(versions.map(({ version }) => version)).toEqual(["v10", "v9", "v2", "v1"]);
  });
});

describe("a row of metadata", () => {
  test("may be just what the guide lists", () => {
    expect(kataMetadataSchema.parse(row)).toEqual(row);
  });

  test("drops fields it does not know", () => {
    expect(kataMetadataSchema.parse({ ...row, exec: "rm -rf" })).toEqual(row);
  });

  test.each<[string, Record<string, unknown>]>([
    ["a short hash", { sourceHash: "abc" }],
    ["an upper-case hash", { compiledHash: "A".repeat(64) }],
    ["a skill with a space", { requiredSkills: ["mail search"] }],
    ["65 skills", { requiredSkills: Array.from({ length: 65 }, (_, i) => `s${i}`) }],
    ["13 tags", { tags: Array.from({ length: 13 }, (_, i) => `t${i}`) }],
    ["a long tag", { tags: ["t".repeat(41)] }],
    ["a long description", { description: "d".repeat(281) }],
    ["an unknown complexity", { complexity: "hard" }],
    ["a range that is no version", { minRoninVersion: ">=1" }],
    ["a range that semver would trim", { minRoninVersion: "1.0.0\uFEFF" }],
    ["a compiler that semver would trim", { compiledWith: " 1.1.1" }],
    ["documentation over http", { documentation: "http://acme.example" }],
    ["documentation as script", { documentation: "javascript:alert(1)" }],
    ["a required kata without version", { requiredKatas: ["notify.user"] }],
    ["a withdrawal without a reason", { status: "withdrawn" }],
    ["a fractional seq", { seq: 1.5 }],
    ["a negative seq", { seq: -1 }],
    ["a seq beyond whole numbers", { seq: 2 ** 53 }],
  ])("is refused with %s", (_, change) => {
    expect(kataMetadataSchema.safeParse({ ...row, ...change }).success).toBe(false);
  });

  test("has an address of its documentation that reads as what it is", () => {
    const documentation = "https://acme.example/\u202Egpj\u200B.exe";
    expect(kataMetadataSchema.parse({ ...row, documentation }).documentation).toBe(
      "https://acme.example/gpj.exe",
    );
  });

  test("takes its status from the guide's flag when it names none", () => {
    expect(statusOf(row)).toBe("active");
    expect(statusOf({ ...row, deprecated: true })).toBe("deprecated");
    expect(statusOf({ ...row, deprecated: true, status: "active" })).toBe("active");
  });
});

describe("references to katas", () => {
  test("are a name and a version", () => {
    expect(parseKataRef("notify.user@v1")).toEqual({ name: "notify.user", version: "v1" });
  });

  test.each([["notify.user"], ["@v1"], ["notify.user@"], ["notify.user@1"], ["a@b@v1"], ["../x@v1"], [""]])(
    "%j is none",
    (ref) => expect(parseKataRef(ref)).toBeUndefined(),
  );
});
