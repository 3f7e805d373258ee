import { basename } from "node:path";
import type { Bundle } from "./bundle.ts";
import { BuildError } from "./error.ts";

/** What a Ronin may be made to carry, in bytes. */
export const budget = {
  /** All that a host loads: agents, core and plugin. The sync's child is a process of its own. */
  maxLoadedBytes: 500_000,
  /** A thin entry: enough for a class and a few calls, too little for a library. */
  maxThinBytes: 4_000,
  /** The core, which every start of a host waits for: enough to subscribe and to hand over. */
  maxCoreBytes: 8_000,
  /** The page with its router, views, style and script. A host loads it once somebody opens it. */
  maxPageBytes: 150_000,
} as const;

/**
 * Says no to a build that costs a host too much.
 *
 * @throws BuildError `library_in_entry` or `over_budget`, with the numbers and what they are made of
 */
export function checkBudget(bundles: readonly Bundle[], limits: typeof budget = budget): void {
  for (const { file, bytes, packages } of bundles) {
    const maxBytes = {
      thin: limits.maxThinBytes,
      core: limits.maxCoreBytes,
      page: limits.maxPageBytes,
      bundle: undefined,
      command: undefined,
    }[file.kind];
    if (maxBytes === undefined) continue;
    if (packages.size > 0 && file.kind !== "page") {
      throw new BuildError(
        "library_in_entry",
        `${file.path} holds ${describe(packages)}; it should hold no library.`,
      );
    }
    if (bytes > maxBytes) {
      throw new BuildError("over_budget", `${file.path} has ${bytes} bytes; it may have ${maxBytes}.`);
    }
  }
  const total = loadedBytes(bundles);
  if (total > limits.maxLoadedBytes) {
    const packages = sumPackages(bundles.filter(({ file }) => file.isLoadedByHost));
    throw new BuildError(
      "over_budget",
      `A host would load ${total} bytes; the limit is ${limits.maxLoadedBytes}. Packages in it: ${describe(packages)}.`,
    );
  }
}

/** Bytes of all files that a running host loads. */
export function loadedBytes(bundles: readonly Bundle[]): number {
  return bundles.filter(({ file }) => file.isLoadedByHost).reduce((sum, { bytes }) => sum + bytes, 0);
}

function sumPackages(bundles: readonly Bundle[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { packages } of bundles) {
    for (const [folder, bytes] of packages) sums.set(folder, (sums.get(folder) ?? 0) + bytes);
  }
  return sums;
}

/** Largest first: `zod 81820, luxon 73164`. */
export function describe(packages: ReadonlyMap<string, number>): string {
  if (packages.size === 0) return "none";
  return [...packages]
    .sort(([, a], [, b]) => b - a)
    .map(([folder, bytes]) => `${nameOf(folder)} ${bytes}`)
    .join(", ");
}

function nameOf(folder: string): string {
  return folder.split("/node_modules/").at(-1) ?? basename(folder);
}
