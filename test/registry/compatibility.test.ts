import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { RegistryError } from "../../lib/errors.ts";
import { RealmsRegistry } from "../../lib/registry/registry.ts";
import { codeOf } from "../support/throws.ts";
import { createWorld, kataOf } from "./world.ts";

describe("checking compatibility", () => {
  test("compares with Ronin 1.1.1 and misses no skill, unless options say otherwise", () => {
    const { registry } = createWorld();
    expect(registry.roninVersion).toBe("1.1.1");
    const kata = kataOf("a.b", "v1", {
      minRoninVersion: "1.1.1",
      maxRoninVersion: "1.1.1",
      requiredSkills: ["s.a"],
    });
    expect(registry.checkCompatibility(kata)).toEqual({
      isCompatible: true,
      missingSkills: [],
      suggestions: [],
    });
  });

  test("compares with the version that options name", () => {
    const { registry } = createWorld({ roninVersion: "0.1.9" });
    const report = registry.checkCompatibility(kataOf("a.b", "v1", { minRoninVersion: "0.2.0" }));
    expect(report).toEqual({
      isCompatible: false,
      missingSkills: [],
      suggestions: ["Upgrade Ronin to 0.2.0 or higher"],
    });
  });

  test("asks for every skill by its exact name", () => {
    const asked: string[] = [];
    const { registry } = createWorld({
      hasSkill: (name) => {
        asked.push(name);
        return name === "s.a";
      },
    });
    const report = registry.checkCompatibility(kataOf("a.b", "v1", { requiredSkills: ["s.a", "s.b"] }));
    expect(report.missingSkills).toEqual(["s.b"]);
    expect(report.isCompatible).toBe(false);
    expect(asked).toEqual(["s.a", "s.b"]);
  });

  test.each(["minRoninVersion", "maxRoninVersion"] as const)(
    "with a %s that is no version names the field",
    (field) => {
      const { registry } = createWorld();
      const check = () => registry.checkCompatibility(kataOf("a.b", "v1", { [field]: "newest" }));
      expect(codeOf(check, RegistryError)).toBe("invalid_input");
      expect(check).toThrow(`${field}: `);
    },
  );

  test("is impossible with a Ronin version that is none", () => {
    const open = () => new RealmsRegistry(new Database(":memory:"), { roninVersion: "v-next" });
    expect(codeOf(open, RegistryError)).toBe("invalid_input");
    expect(open).toThrow("roninVersion: ");
  });
});
