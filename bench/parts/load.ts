import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { type Row, toFigure } from "../figures.ts";
import type { Stage } from "../stage.ts";
import { takeTurns } from "../timing.ts";

const probe = join(import.meta.dir, "../../lib/build/load-probe.ts");
const timesSchema = z.object({ wallMs: z.number() });

/** How long a host waits for the two built agents, each time in a fresh process; beside two agents that do nothing. */
export async function benchLoad(stage: Stage): Promise<Row[]> {
  const ours: number[] = [];
  const empty: number[] = [];
  const emptyAgents = writeEmptyAgents(join(stage.folder, "empty-agents"));
  await takeTurns(
    {
      ours: { run: () => ours.push(measureLoad(join(stage.dist, "agents"))) },
      empty: { run: () => empty.push(measureLoad(emptyAgents)) },
    },
    { rounds: stage.effort.loads },
  );
  return [
    {
      part: "load",
      name: "loading both agents",
      unit: "ms",
      ours: toFigure(ours),
      peers: { "empty agents": toFigure(empty) },
    },
  ];
}

function measureLoad(agents: string): number {
  const { exitCode, stdout } = Bun.spawnSync([process.execPath, probe, agents], { stderr: "inherit" });
  if (exitCode !== 0) throw new Error(`The agents in ${agents} could not be loaded.`);
  return timesSchema.parse(JSON.parse(stdout.toString())).wallMs;
}

function writeEmptyAgents(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of ["dojo-agent.js", "realm-sync-agent.js"]) {
    writeFileSync(join(folder, name), "export default class { async execute() {} }\n");
  }
  return folder;
}
