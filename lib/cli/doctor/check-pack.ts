import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import manifest from "../../../package.json" with { type: "json" };
import { exists, listFiles } from "../../drop-in/disk.ts";
import { findBannerVersion } from "../../drop-in/layout.ts";
import { payloadPaths } from "../../drop-in/payload.ts";
import { type Finding, problem } from "./finding.ts";

/**
 * Whether the built pack lies where the host loads it from: whole, once, and of this command's version.
 *
 * @param agentsDir the folder that the host takes agents from
 * @param home the Ronin home, for what was copied to a wrong place in it
 */
export function checkPack(agentsDir: string, home: string): Finding[] {
  const base = dirname(agentsDir);
  const expected = payloadPaths.map((path) =>
    path.startsWith("agents/") ? join(agentsDir, path.slice("agents/".length)) : join(base, path),
  );
  const found = expected.filter((path) => exists(path));
  return [
    ...checkPresence(agentsDir, expected, found),
    ...checkLinks(found),
    ...checkVersions(agentsDir, found),
    ...findMisplaced(home, expected),
  ];
}

function checkPresence(agentsDir: string, expected: readonly string[], found: readonly string[]): Finding[] {
  const ours = found.filter((path) => path.startsWith(agentsDir));
  if (ours.length === 0) {
    return [
      problem(
        "pack_missing",
        `${agentsDir}, where Ronin takes agents from, has no ronin-realms.`,
        toFix(agentsDir),
      ),
    ];
  }
  // The agents bring the plugin where its file is missing.
  const missing = expected.filter((path) => path.startsWith(agentsDir) && !found.includes(path));
  if (missing.length === 0) return [];
  return [problem("pack_incomplete", `The pack lacks ${missing.join(", ")}.`, toFix(agentsDir))];
}

function checkLinks(found: readonly string[]): Finding[] {
  return found
    .filter((path) => lstatSync(path).isSymbolicLink())
    .map((path) =>
      problem("pack_linked", `${path} is a link, and Ronin loads no linked files.`, "Copy the file instead."),
    );
}

function checkVersions(agentsDir: string, found: readonly string[]): Finding[] {
  const versions = new Map<string, string[]>();
  for (const path of found) {
    const version = versionOf(path);
    if (version === undefined || version === manifest.version) continue;
    versions.set(version, [...(versions.get(version) ?? []), relative(dirname(agentsDir), path)]);
  }
  return [...versions].map(([version, paths]) =>
    problem(
      "pack_version",
      `This command is ronin-realms ${manifest.version}, but ${version} is dropped in: ${paths.join(", ")}.`,
      toFix(agentsDir),
    ),
  );
}

/** A drop-in knows an agents folder by its name, and takes any other for a home. */
function toFix(agentsDir: string): string {
  const how =
    basename(agentsDir) === "agents"
      ? `realms drop-in ${dirname(agentsDir)}`
      : `Copy dist/agents/* to ${agentsDir}`;
  return `${how}, and restart Ronin.`;
}

/** Copied one folder too deep, Ronin loads the agents twice; elsewhere it does not load them at all. */
function findMisplaced(home: string, expected: readonly string[]): Finding[] {
  return listCode(home)
    .filter((path) => !expected.includes(path) && versionOf(path) !== undefined)
    .map((path) =>
      problem(
        "pack_misplaced",
        `${path} is a file of this pack in a place where it does not belong.`,
        `Remove it: rm ${path}`,
      ),
    );
}

/** Scripts in the folders that people copy a pack to, and in the home itself. */
function listCode(home: string): string[] {
  const copied = ["agents", "plugins", "dist"].flatMap((folder) => listFiles(home, folder));
  const besides = existsSync(home) ? readdirSync(home) : [];
  return [...copied, ...besides]
    .filter((path) => /\.m?js$/.test(path) && !path.includes("node_modules/"))
    .map((path) => join(home, path));
}

/** Undefined for a file of somebody else, one that cannot be read among them. */
function versionOf(path: string): string | undefined {
  try {
    return findBannerVersion(readFileSync(path).subarray(0, 200).toString("utf8"));
  } catch {
    return undefined;
  }
}
