import type { Services } from "./services.ts";
import { writeHostNote } from "./host-note.ts";
import { hostNotePath } from "./paths.ts";

const DEFAULT_PORT = 3000;

/**
 * Whether this process is a host that stays. The host constructs all agents for its read-only commands and for
 * `ronin run <agent>` too; there nothing of ours may run in the background.
 */
export function isBackgroundAllowed(
  env: Record<string, string | undefined> = process.env,
  argv: readonly string[] = process.argv,
): boolean {
  return env.RONIN_READ_ONLY !== "1" && argv[2] !== "run";
}

/** Leaves word for the `realms` command: where the database is, on which port the host listens. */
export function noteHost(services: Services): void {
  writeHostNote(hostNotePath(), {
    pid: process.pid,
    port: Number(process.env.WEBHOOK_PORT) || DEFAULT_PORT,
    databasePath: services.databasePath,
    approvals: services.installDeps.approvals.mode,
    startedAt: services.installDeps.clock.now(),
  });
}
