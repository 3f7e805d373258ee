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
