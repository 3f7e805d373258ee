import { describe, expect, test } from "bun:test";
import { host } from "./hosts.ts";

const parse = (source: string) => new host.katas.KataParser().parse(source);
const compile = (source: string) => JSON.stringify(new host.katas.KataCompiler().compile(parse(source)));

/** A kata with the given words between header and `initial`, compiled, without its checksum. */
const withHead = (head: string): unknown => {
  const { checksum: _, ...kata } = JSON.parse(
    compile(`kata a.b v1 ${head} initial p\nphase p\n  wait event e\n  complete`),
  );
  return kata;
};

describe("model hints", () => {
  test("may lack tags where another directive follows on the line", () => {
    expect(withHead("ai-tags ai-model small")).toMatchObject({ aiModel: { tags: [], nametag: "small" } });
    expect(withHead("ai-tags ai-fallback big")).toMatchObject({ aiModel: { tags: [], fallback: "big" } });
    expect(withHead("ai-tags")).toMatchObject({ aiModel: { tags: [] } });
    expect(() => withHead("ai-tags\n")).toThrow("line 1, column 21: Expected identifier");
    expect(() => withHead("ai-tags ai-tags x")).toThrow("line 1, column 21: Expected identifier");
  });

  test("keep the order of the source, and the last of a kind wins in its first place", () => {
    const kata = withHead("ai-fallback big ai-model small ai-fallback huge");
    expect(JSON.stringify(kata)).toContain('"aiModel":{"fallback":"huge","nametag":"small"}');
  });

  test("of a phase know no tags", () => {
    expect(() => parse("kata a v1 initial p phase p ai-tags x wait event e complete")).toThrow(TypeError);
  });
});

describe("requires", () => {
  test("takes any word as its kind, a line break too", () => {
    expect(withHead("requires banana y requires\nz")).toMatchObject({
      requires: [
        { type: "banana", name: "y" },
        { type: "\n", name: "z" },
      ],
      requiredSkills: [],
    });
  });
});

describe("phases", () => {
  test("with inherited names count as defined", () => {
    const next = (name: string) => `kata a v1 initial p phase p wait event e next ${name}`;
    expect(JSON.parse(compile(next("toString"))).phases.p.next).toBe("toString");
    expect(() => compile(next("nowhere"))).toThrow("Phase 'nowhere' referenced but not defined");
  });

  test("named __proto__ are checked and then vanish", () => {
    const source = "kata a v1 initial __proto__ phase __proto__ wait event e complete";
    expect(JSON.parse(compile(source)).phases).toEqual({});
  });

  test("named like numbers come first", () => {
    const source =
      "kata a v1 initial p phase p wait event e next 2 phase 2 wait event e next 1 phase 1 wait event e fail";
    expect(Object.keys(JSON.parse(compile(source)).phases)).toEqual(["1", "2", "p"]);
  });

  test("wait for a timeout that is never a number", () => {
    const source = (timeout: string) =>
      `kata a v1 initial p phase p wait event e timeout ${timeout} complete`;
    expect(() => parse(source("30"))).toThrow("line 1, column 50: Expected number after 'timeout'");
    expect(JSON.parse(compile(source("ddd"))).phases.p.action.timeout).toBeNull();
  });

  test("end the kata: what follows them is ignored", () => {
    const source = "kata a v1 initial p phase p wait event e complete";
    expect(compile(`${source}\nrequires skill late\nkata another v1`)).toBe(compile(source));
  });
});

describe("a tree that no source gives", () => {
  const tree = (phase: object) => ({
    ...parse("kata a v1 initial p"),
    phases: {
      p: { name: "p", action: { type: "wait" as const, eventName: "e", timeout: undefined }, ...phase },
    },
  });
  const rules = (phase: object) =>
    new host.katas.KataCompiler().validate(tree(phase)).errors.map(({ rule, phase: at }) => [rule, at]);

  test("is told what its transitions lack or have too much", () => {
    expect(rules({})).toEqual([["missing_transition", "p"]]);
    expect(rules({ next: "p", terminal: "fail" })).toEqual([
      ["conflicting_transition", "p"],
      ["cycle_detected", "p"],
    ]);
  });
});
