import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DropInError } from "./error.ts";

/** Where a pack goes. */
export interface Target {
  /** `home` takes agents and plugin; `agents` the agents alone, which bring the plugin themselves. */
  kind: "home" | "agents";
  /** The folder that holds `agents/`: a Ronin home, or what is above an agents folder. */
  base: string;
  /** What a drop-in keeps for itself. Beside the folders that a host scans, never in one. */
  stateDir: string;
}

/**
 * What a folder's name means: `agents` is an agents folder, everything else a Ronin home.
 *
 * @throws DropInError `no_such_folder`, `not_a_home`, or `other_file_system` where a rename could not reach
 */
export function findTarget(folder: string): Target {
  const dir = resolve(folder);
  if (!isFolder(dir)) {
    throw new DropInError(
      "no_such_folder",
      `${dir} is not a folder. Start Ronin once, which makes its home (~/.ronin), or make it: mkdir -p ${dir}`,
    );
  }
  const kind = basename(dir) === "agents" ? "agents" : "home";
  const base = kind === "agents" ? dirname(dir) : dir;
  if (kind === "home") refuseCodeFolder(dir);
  refuseOtherFileSystems(base);
  return { kind, base, stateDir: join(base, ".ronin-realms") };
}

/**
 * An agents folder may have any name. Taken for a home, it would get folders that its host imports as agents,
 * the previous build among them.
 */
function refuseCodeFolder(dir: string): void {
  if (isFolder(join(dir, "agents"))) return;
  const code = readdirSync(dir).find((name) => /\.[jt]s$/.test(name));
  if (code === undefined) return;
  throw new DropInError(
    "not_a_home",
    `${dir} holds ${code} and no agents folder, so it looks like an agents folder itself. Name a Ronin home, or an agents folder that is called agents.`,
  );
}

function refuseOtherFileSystems(base: string): void {
  const { dev } = statSync(base);
  for (const name of ["agents", "plugins", ".ronin-realms"]) {
    const folder = join(base, name);
    if (!isFolder(folder) || statSync(folder).dev === dev) continue;
    throw new DropInError(
      "other_file_system",
      `${folder} lies on another file system than ${base}, so nothing can be renamed into it. Copy dist/${name}/ there by hand.`,
    );
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
