import { join } from "node:path";
import type { Stage } from "./stage.ts";

export interface CommandResult {
  exitCode: number;
  output: string;
  errors: string;
}

/** A person's approval, through the same command that a user types. */
export function approveWithCommand(
  stage: Stage,
  proposalId: string,
  version: string,
): Promise<CommandResult> {
  return runRealms(stage, ["approve", proposalId, "--kata-version", version, "--yes"]);
}

export function readReceipts(stage: Stage): Promise<CommandResult> {
  return runRealms(stage, ["receipts"]);
}

async function runRealms(stage: Stage, args: readonly string[]): Promise<CommandResult> {
  const child = Bun.spawn([process.execPath, join(stage.dist, "bin/realms.js"), ...args, ...stage.locate], {
    env: stage.env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [exitCode, out, err] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { exitCode, output: out, errors: err };
}
