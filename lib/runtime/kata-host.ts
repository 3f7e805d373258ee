import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { HostError, messageOf } from "../errors.ts";
import type { HostApi, KataHost } from "../host.ts";

type Env = Record<string, string | undefined>;

/**
 * The running host's own kata classes and version. A kata must be compiled by what will run it, so the running
 * Ronin's source tree comes first; then what the host hands over on its api; last the peer package, which other
 * hosts may provide. A copy of that package lying on the path never replaces a Ronin's compiler.
 *
 * @throws HostError `kata_classes_not_found`, naming every place that was looked at
 */
export async function findKataHost(
  api: HostApi,
  env: Env = process.env,
  entry = Bun.main,
): Promise<KataHost> {
  const tried: string[] = [];
  for (const root of [env.RONIN_PROJECT_ROOT, packageRootOf(entry)]) {
    if (root === undefined) continue;
    if (!isRonin(root)) {
      tried.push(`${root} (not a Ronin checkout)`);
      continue;
    }
    return await loadFromCheckout(root);
  }
  if (api.host !== undefined) return api.host;
  tried.push("api.host");
  try {
    return toKataHost(await import(PEER), PEER);
  } catch (error) {
    tried.push(`${PEER} (${messageOf(error)})`);
  }
  throw new HostError(
    "kata_classes_not_found",
    `The host's KataParser, KataCompiler and KataRegistry were not found. Looked at: ${tried.join("; ")}.`,
  );
}

/** Kept in a variable so that no bundler follows it: the running host decides what the name means. */
const PEER: string = "ronin-plugin-api";

/**
 * The kata classes and version of the Ronin whose source tree lies at `root`. One whose classes cannot be loaded
 * is an error: nothing else may compile in its place.
 *
 * @throws HostError `kata_classes_not_found`
 */
export async function loadFromCheckout(root: string): Promise<KataHost> {
  try {
    const classes: unknown = await import(join(root, "src/kata/index.ts"));
    const version: unknown = await import(join(root, "src/utils/version.ts"));
    return toKataHost({ ...Object(classes), ...Object(version), ...(await findContractParser(root)) }, root);
  } catch (error) {
    throw new HostError(
      "kata_classes_not_found",
      `The kata classes of the Ronin in ${root} could not be loaded: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

/** What reads `*.contract` files when that Ronin starts. Katas can do without it, so its absence is no error. */
async function findContractParser(root: string): Promise<{ ContractParser?: unknown }> {
  const path = join(root, "src/contract/parser-v2.ts");
  if (!existsSync(path)) return {};
  try {
    return { ContractParser: Object(await import(path)).ContractParserV2 };
  } catch {
    // One that cannot be loaded reads no contract either.
    return {};
  }
}

function toKataHost(module: unknown, from: string): KataHost {
  const { KataParser, KataCompiler, KataRegistry, ContractParser, RONIN_VERSION } = Object(module) as Record<
    string,
    unknown
  >;
  const isComplete =
    [KataParser, KataCompiler, KataRegistry].every((value) => typeof value === "function") &&
    typeof RONIN_VERSION === "string";
  if (!isComplete) {
    throw new HostError("kata_classes_not_found", `${from} lacks one of the kata classes or its version.`);
  }
  const contracts = typeof ContractParser === "function" ? { ContractParser } : {};
  return { KataParser, KataCompiler, KataRegistry, ...contracts, version: RONIN_VERSION } as KataHost;
}

function packageRootOf(entry: string): string | undefined {
  for (let folder = dirname(resolve(entry)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Whether a Ronin's source tree lies there. */
export function isRonin(root: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    return Object(manifest).name === "ronin";
  } catch {
    // No readable package.json is an ordinary answer here: it is not a Ronin.
    return false;
  }
}
