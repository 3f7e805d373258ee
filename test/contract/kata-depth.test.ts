import { expect, test } from "bun:test";
import { host } from "./hosts.ts";

const chain = (phases: number): string => {
  const steps = Array.from({ length: phases }, (_, at) => `phase p${at}\nwait event e\nnext p${at + 1}\n`);
  return `kata deep.chain v1\ninitial p0\n${steps.join("")}phase p${phases}\nwait event e\ncomplete\n`;
};

test("a chain of ten thousand phases compiles", () => {
  const ast = new host.katas.KataParser().parse(chain(10_000));
  expect(Object.keys(new host.katas.KataCompiler().compile(ast).phases).length).toBe(10_001);
});

test("a chain of fifty thousand phases overflows the compiler's stack", () => {
  const ast = new host.katas.KataParser().parse(chain(50_000));
  expect(() => new host.katas.KataCompiler().compile(ast)).toThrow(RangeError);
});
