import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export interface RoninCheckout {
  root: string;
  version: string;
  commit: string;
}

/** The checkout that RONIN_ROOT names. RONIN_COMMIT says which commit it is where it carries no git folder. */
export function findRonin(env: Record<string, string | undefined>): RoninCheckout | undefined {
  if (env.RONIN_ROOT === undefined) return undefined;
  const root = resolve(env.RONIN_ROOT);
  const manifestPath = join(root, "package.json");
  if (!existsSync(manifestPath) || !existsSync(join(root, "node_modules"))) return undefined;
  const manifest: { name?: string; version?: string } = JSON.parse(readFileSync(manifestPath, "utf8"));
  if (manifest.name !== "ronin" || manifest.version === undefined) return undefined;
  return { root, version: manifest.version, commit: env.RONIN_COMMIT ?? commitOf(root) };
}

function commitOf(root: string): string {
  if (!existsSync(join(root, ".git"))) return "unknown";
  const { stdout, exitCode } = Bun.spawnSync(["git", "-C", root, "rev-parse", "HEAD"]);
  return exitCode === 0 ? stdout.toString().trim() : "unknown";
}
