import { parseArgs } from "node:util";
import { fuzz, targets } from "./fuzz.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    target: { type: "string" },
  },
});
const cases = Number(values.cases);
const seed = Number(values.seed);
const names = values.target === undefined ? Object.keys(targets) : [values.target];
let hasFailed = false;

for (const name of names) {
  const open = targets[name];
  if (open === undefined || !Number.isSafeInteger(cases) || !Number.isSafeInteger(seed)) {
    console.error(
      `fuzz: --cases and --seed are whole numbers, --target one of ${Object.keys(targets).join(", ")}`,
    );
    process.exit(2);
  }
  const startedAt = performance.now();
  try {
    const held = await fuzz(open, { cases, seed });
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${name}: ${held} cases held in ${seconds} s, --seed ${seed}`);
  } catch (error) {
    hasFailed = true;
    console.error(`${name}: broken, --seed ${seed}`, error);
  }
}
process.exit(hasFailed ? 1 : 0);
