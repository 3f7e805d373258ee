import { describe, expect, test } from "bun:test";
import { InstallError } from "../../lib/errors.ts";
import type { CompiledKata } from "../../lib/host.ts";
import type { RealmKataMetadata } from "../../lib/model/kata.ts";
import { usedKatas, verifyCompiled } from "../../lib/trust/compiled.ts";
import { describeCompiled } from "../../lib/trust/describe.ts";
import { sha256Hex } from "../../lib/trust/digest.ts";
import { planHashOf } from "../../lib/trust/plan-hash.ts";
import vectors from "../host-vectors.json";
import { codeOf } from "../support/throws.ts";

const policy = { roninVersion: "1.1.1" };

function vector(id: string): { compiled: CompiledKata; row: RealmKataMetadata } {
  const found = vectors.find((candidate) => candidate.id === id);
  if (found?.compiled === undefined) throw new Error(`no valid vector ${id}`);
  const compiled: CompiledKata = JSON.parse(found.compiled);
  return { compiled, row: describeCompiled(compiled, found.source) };
}

const refusal = (compiled: CompiledKata, row: RealmKataMetadata, rules = policy) =>
  codeOf(() => verifyCompiled(compiled, row, "acme", rules), InstallError);

describe("holding a compiled graph against the index", () => {
  test("what the host compiled passes with the hash the host gave", () => {
    const { compiled, row } = vector("three-phases");
    expect(verifyCompiled(compiled, row, "acme", policy)).toEqual({
      compiledHash: "88a13a9d2135d886d4dde8bea3876e8c7a126d8f33bde3382cdcf70806ca41c9",
      checksumVerified: true,
    });
  });

  test("another name or version is refused by its own code", () => {
    const { compiled, row } = vector("three-phases");
    expect(refusal(compiled, { ...row, name: "finance.other" })).toBe("name_mismatch");
    expect(refusal(compiled, { ...row, version: "v3" })).toBe("version_mismatch");
  });

  test("another compiled hash is refused when the same compiler made it, or when nobody says which", () => {
    const { compiled, row } = vector("three-phases");
    const other = { ...row, compiledHash: "0".repeat(64) };
    expect(refusal(compiled, other)).toBe("compiled_hash_mismatch");
    expect(refusal(compiled, { ...other, compiledWith: "1.1.1" })).toBe("compiled_hash_mismatch");
  });

  test("a hash by another compiler version is refused by its own code, and can be accepted for one install", () => {
    const { compiled, row } = vector("three-phases");
    const other = { ...row, compiledHash: "0".repeat(64), compiledWith: "1.2.0" };
    expect(refusal(compiled, other)).toBe("compiled_by_other_version");
    const verdict = verifyCompiled(compiled, other, "acme", { ...policy, acceptOtherCompiler: true });
    expect(verdict).toEqual({ compiledHash: row.compiledHash, checksumVerified: false });
  });

  test("accepting another compiler does not excuse the same compiler's difference", () => {
    const { compiled, row } = vector("three-phases");
    const other = { ...row, compiledHash: "0".repeat(64), compiledWith: "1.1.1" };
    expect(refusal(compiled, other, { ...policy, acceptOtherCompiler: true } as typeof policy)).toBe(
      "compiled_hash_mismatch",
    );
  });

  test("skills that the index leaves out, or adds, are refused", () => {
    const { compiled, row } = vector("three-phases");
    expect(refusal(compiled, { ...row, requiredSkills: ["mail.search"] })).toBe("skills_mismatch");
    expect(refusal(compiled, { ...row, requiredSkills: [...row.requiredSkills, "more"] })).toBe(
      "skills_mismatch",
    );
  });

  test("the order of skills, and a skill declared twice, make no difference", () => {
    const { compiled, row } = vector("three-phases");
    const reversed = { ...row, requiredSkills: row.requiredSkills.toReversed() };
    expect(verifyCompiled(compiled, reversed, "acme", policy).checksumVerified).toBe(true);
    const twice = vector("duplicate-requires");
    expect(verifyCompiled(twice.compiled, twice.row, "acme", policy).checksumVerified).toBe(true);
  });

  test("a kata that is spawned without being declared still counts", () => {
    const { compiled, row } = vector("spawn-undeclared");
    expect(usedKatas(compiled)).toEqual(["a.child@v2"]);
    expect(refusal(compiled, { ...row, requiredKatas: [] })).toBe("katas_mismatch");
    expect(refusal(compiled, { ...row, requiredKatas: undefined })).toBe("katas_mismatch");
  });

  test("a phase named __proto__ reaches neither prototypes nor the verdict", () => {
    const { compiled, row } = vector("proto");
    expect(verifyCompiled(compiled, row, "acme", policy).checksumVerified).toBe(true);
  });
});

describe("describing a graph", () => {
  test("takes everything out of the graph and the source", () => {
    const { row } = vector("spawn");
    expect(row).toMatchObject({
      name: "a.spawn",
      version: "v1",
      requiredSkills: [],
      requiredKatas: ["a.child@v2"],
    });
    expect(row.sourceHash).toBe("ee74a945c44cd5395f4c1dac42df2b8b519ea15655291eea6984658fcdd135fc");
    expect(row.complexity).toBe("simple");
  });

  test("lists a skill once even when it is declared twice", () => {
    expect(vector("duplicate-requires").row.requiredSkills).toEqual(["s"]);
  });
});

describe("the digest of a plan", () => {
  const step = (name: string, sourceHash: string) => ({
    realm: "acme",
    kata: { ...vector("minimal").row, name, sourceHash },
  });
  const plan = [step("a.one", "1".repeat(64)), step("a.two", "2".repeat(64))];

  test("changes with order, with a step more, and with any step's content", () => {
    const digests = [
      plan,
      plan.toReversed(),
      [...plan, step("a.three", "3".repeat(64))],
      [step("a.one", "4".repeat(64)), step("a.two", "2".repeat(64))],
      plan.map((item) => ({ ...item, realm: "evil" })),
    ].map(planHashOf);
    expect(new Set(digests).size).toBe(digests.length);
  });

  test("does not change with what a realm may change freely", () => {
    const relabelled = plan.map((item) => ({ ...item, kata: { ...item.kata, description: "new words" } }));
    expect(planHashOf(relabelled)).toBe(planHashOf(plan));
    expect(planHashOf(plan)).not.toBe(sha256Hex(""));
  });
});
