import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { judge } from "./claims.ts";
import { fullEffort } from "./effort.ts";
import { describeMachine, toMachineLine } from "./machine.ts";
import { OptionError, parseOptions } from "./options.ts";
import { type Run, recordRun } from "./record.ts";
import { SEED } from "./random.ts";
import { runParts } from "./run-parts.ts";
import { toClaimLine, toTables, toText } from "./table.ts";

const recordPath = join(import.meta.dir, "RESULTS.md");

/**
 * `npm run bench -- [--size 1000000] [--only sync,discover] [--json file] [--record]`. Figures never make it fail:
 * it ends with 0 unless a part broke, and with 2 for options it cannot follow.
 */
async function main(args: readonly string[]): Promise<void> {
  const { size, only, json, record } = parseOptions(args);
  const machine = describeMachine();
  const startedAt = new Date().toISOString();
  const begun = performance.now();
  const rows = await runParts(size, only, fullEffort(size), (name) =>
    console.error(`${seconds(begun)} s  ${name}`),
  );
  const run: Run = { size, seed: SEED, startedAt, machine, rows, claims: judge(rows, size) };
  console.log(`${size} versions; ${toMachineLine(machine)}\n`);
  console.log("A peer's cell: its value as a multiple of ours, then the value. Medians.\n");
  console.log(`${toText(toTables(rows))}\n`);
  console.log(run.claims.map(toClaimLine).join("\n"));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(run, null, 2)}\n`);
  if (record) {
    const before = existsSync(recordPath) ? readFileSync(recordPath, "utf8") : "";
    writeFileSync(recordPath, recordRun(before, run));
  }
  console.error(`${seconds(begun)} s`);
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1);
}

try {
  await main(Bun.argv.slice(2));
} catch (error) {
  if (!(error instanceof OptionError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
