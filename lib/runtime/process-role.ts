type Env = Record<string, string | undefined>;

/** Whether the host constructed its agents for a command that only reads. Nothing of ours may write then. */
export function isReadOnly(env: Env = process.env): boolean {
  return env.RONIN_READ_ONLY === "1";
}

/**
 * Whether this process is a host that stays. The host constructs all agents for `ronin run <agent>` too; there
 * nothing of ours may run in the background.
 */
export function isBackgroundAllowed(env: Env = process.env, argv: readonly string[] = process.argv): boolean {
  return !isReadOnly(env) && argv[2] !== "run";
}
