import { join, resolve } from "node:path";
import * as z from "zod";
import { projectRoot } from "./build.ts";

const RUNS = 5;

const timesSchema = z.object({ wallMs: z.number(), cpuMs: z.number() });

/**
 * `bun run lib/build/measure-load.ts [dist]` prints how long a host waits for the two built agents: the median
 * of {@link RUNS} fresh processes, from the first import to the second agent's constructor. Bun's own start is
 * not counted, since a host pays for it without the pack. Beside it the time a processor worked, which says how
 * much of a long wait was other programs'.
 */
function main(): void {
  const agentsDir = join(resolve(Bun.argv[2] ?? join(projectRoot, "dist")), "agents");
  const runs = Array.from({ length: RUNS }, () => measureLoad(agentsDir));
  const wall = medianOf(runs.map(({ wallMs }) => wallMs));
  const cpu = medianOf(runs.map(({ cpuMs }) => cpuMs));
  console.log(
    `loading both agents: ${wall.toFixed(1)} ms, of them ${cpu.toFixed(1)} ms work (medians of ${RUNS})`,
  );
}

function measureLoad(agentsDir: string): z.infer<typeof timesSchema> {
  const probe = Bun.spawnSync([process.execPath, join(import.meta.dir, "load-probe.ts"), agentsDir], {
    stderr: "inherit",
  });
  if (probe.exitCode !== 0) throw new Error(`The agents in ${agentsDir} could not be loaded.`);
  return timesSchema.parse(JSON.parse(probe.stdout.toString()));
}

function medianOf(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

main();
