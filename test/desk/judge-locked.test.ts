import { describe, expect, test } from "bun:test";
import { judgeLocked, type LockedFacts, refuseWithoutNeeds } from "../../lib/desk/judge-locked.ts";
import type { LockEntryView, VersionView } from "../../lib/desk/shown.ts";
import type { LockedKata } from "../../lib/model/lock.ts";

const [HASH, OTHER, ROOT] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];
const kata: LockedKata = { realm: "acme", name: "x.y", version: "v1", sourceHash: HASH, compiledHash: HASH };

const realm = (change: { id?: string; enabled?: boolean; root?: string | undefined } = {}) => ({
  id: "acme",
  enabled: true,
  root: ROOT,
  ...change,
});
const version = (change: Partial<VersionView> = {}) =>
  ({
    hashes: { source: HASH, compiled: HASH, plan: null },
    problem: null,
    isStale: false,
    isCompatible: true,
    reasons: [],
    plan: [],
    ...change,
  }) as unknown as VersionView;
const judge = (change: Partial<LockedFacts> = {}, locked: Partial<LockedKata> = {}) => {
  const { state, problem, fix } = judgeLocked(
    { ...kata, ...locked },
    {
      lock: { realms: [{ id: "acme", url: "https://acme.example", root: ROOT }] },
      here: realm(),
      sourceHashHere: undefined,
      offered: version(),
      ...change,
    },
  );
  return { state, code: problem?.code ?? null, fix };
};

describe("a kata of a lock", () => {
  test("can be installed when its realm offers these very bytes", () => {
    expect(judge()).toEqual({ state: "install", code: null, fix: null });
  });

  test("is here when the host has these bytes, whatever became of its realm", () => {
    expect(judge({ sourceHashHere: HASH, here: undefined })).toEqual({
      state: "present",
      code: null,
      fix: null,
    });
  });

  test.each<[string, string, Partial<LockedFacts>, string]>([
    [
      "the host has other bytes",
      "registered_with_other_bytes",
      { sourceHashHere: OTHER },
      "realms uninstall x.y@v1",
    ],
    [
      "its realm is not followed",
      "unknown_realm",
      { here: undefined },
      `realms realm add acme https://acme.example --fingerprint ${ROOT}`,
    ],
    [
      "its realm is not followed, and the lock does not know where it is",
      "unknown_realm",
      { here: undefined, lock: { realms: [{ id: "acme" }] } },
      "realms realm add acme <url>",
    ],
    [
      "its realm has another root here",
      "root_mismatch",
      { here: realm({ root: OTHER }) },
      "ask its publisher",
    ],
    ["its realm is unsigned here", "root_mismatch", { here: realm({ root: undefined }) }, "realms sync acme"],
    [
      "its realm is disabled",
      "realm_disabled",
      { here: realm({ enabled: false }) },
      "realms realm enable acme",
    ],
    [
      "its realm does not offer it",
      "unknown_kata",
      { offered: version({ hashes: null }) },
      "realms sync acme",
    ],
    [
      "its realm offers another source",
      "source_hash_mismatch",
      { offered: version({ hashes: { source: OTHER, compiled: HASH, plan: null } }) },
      "ask its publisher",
    ],
    [
      "its realm promises another graph",
      "compiled_hash_mismatch",
      { offered: version({ hashes: { source: HASH, compiled: OTHER, plan: null } }) },
      "realms install acme:x.y@v1",
    ],
    ["the signatures have expired", "realm_stale", { offered: version({ isStale: true }) }, "--accept-stale"],
    [
      "a skill is missing",
      "missing_skills",
      { offered: version({ isCompatible: false }) },
      "Add what provides it",
    ],
  ])("is refused when %s, with the fix", (_when, code, facts, fix) => {
    expect(judge(facts)).toEqual({ state: "refused", code, fix: expect.stringContaining(fix) });
  });

  test("is refused for what the plan says, such as that it was withdrawn", () => {
    const problem = { code: "kata_withdrawn", message: "leaks" };
    expect(judge({ offered: version({ problem, isCompatible: false }) })).toEqual({
      state: "refused",
      code: "kata_withdrawn",
      fix: null,
    });
  });

  test("is refused when it was created on the other Ronin, even if a realm here is called local", () => {
    const judged = judge({ here: realm({ id: "local" }) }, { realm: "local" });
    expect(judged).toMatchObject({ state: "refused", code: "unknown_realm" });
    expect(judged.fix).toContain("realms publish --from-local");
  });

  test("of a realm without a root in the lock may come from one that is signed by now", () => {
    expect(judge({ lock: { realms: [{ id: "acme", url: "https://acme.example" }] } }).state).toBe("install");
  });
});

describe("what one kata of a lock needs", () => {
  const entry = (
    name: string,
    needs: string[],
    state: LockEntryView["state"] = "install",
  ): LockEntryView => ({
    kata: { ...kata, name },
    qualifiedName: `acme:${name}@v1`,
    state,
    problem: null,
    fix: null,
    offered:
      state === "install"
        ? version({
            plan: [...needs, name].map((one) => ({ qualifiedName: `acme:${one}@v1`, isInstalled: false })),
          })
        : null,
  });
  const states = (entries: LockEntryView[]) =>
    refuseWithoutNeeds(entries).map(({ state, problem }) => [state, problem?.code]);

  test("comes from the lock too, or the kata is refused, and so is what needs it in turn", () => {
    expect(states([entry("a", ["b"]), entry("b", ["c"]), entry("c", [], "refused")])).toEqual([
      ["refused", "missing_kata"],
      ["refused", "missing_kata"],
      ["refused", undefined],
    ]);
    expect(states([entry("a", ["b"]), entry("b", [])])).toEqual([
      ["install", undefined],
      ["install", undefined],
    ]);
  });

  test("may be here already", () => {
    const one = entry("a", []);
    one.offered?.plan.unshift({ qualifiedName: "acme:b@v1", isInstalled: true });
    expect(states([one])).toEqual([["install", undefined]]);
  });
});
