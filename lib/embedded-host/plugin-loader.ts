import { basename, resolve } from "node:path";
import type { PluginMethods } from "./contract/services.ts";
import { walkFiles } from "./loader.ts";
import { type Log, messageOf } from "./log.ts";

export interface LoadedPlugin {
  name: string;
  description: string;
  methods: PluginMethods;
  filePath: string;
}

/** Imports the plugins of the folders. What throws or has not the shape of a plugin is logged and skipped. */
export async function loadPlugins(folders: string[], log: Log): Promise<LoadedPlugin[]> {
  const plugins: LoadedPlugin[] = [];
  const files = folders.flatMap((folder) => walkFiles(resolve(folder)));
  for (const filePath of choosePluginFiles(files)) {
    try {
      const plugin = toPlugin(await import(filePath), filePath);
      if (plugin) plugins.push(plugin);
      else log("warn", "a plugin file exports no plugin", { filePath });
    } catch (error) {
      log("error", "a plugin could not be loaded", { filePath, error: messageOf(error) });
    }
  }
  return plugins;
}

/**
 * One file for each key, in the order found. The first candidate wins, except that a file under `dist/` replaces
 * whatever was chosen before it; so a helper beside `index.ts` may be loaded in its place. A winner with `.test.` or
 * `.spec.` in its path takes the whole plugin away.
 */
export function choosePluginFiles(files: string[]): string[] {
  const chosen = new Map<string, string>();
  for (const file of files) {
    const key = pluginKey(file);
    if (key === undefined || !isCandidate(file)) continue;
    if (!chosen.has(key) || file.includes("/dist/")) chosen.set(key, file);
  }
  return [...chosen.values()].filter((file) => !/\.(test|spec)\./.test(file));
}

// Looked for in the whole path, so a home that lies in a folder of that name gives every plugin one key, and a
// folder of another name gives none.
function pluginKey(file: string): string | undefined {
  return /plugins\/([^/]+)/.exec(file)?.[1];
}

function isCandidate(file: string): boolean {
  if (!/\.[tj]s$/.test(file)) return false;
  if (/^index\.[tj]s$/.test(basename(file))) return true;
  return !file.includes("/src/") && (file.endsWith(".ts") || file.includes("/dist/"));
}

function toPlugin(module: Record<string, unknown>, filePath: string): LoadedPlugin | undefined {
  const plugin = module.default || module.plugin || module.cloudflare || module.Plugin;
  if (typeof plugin !== "object" || plugin === null) return undefined;
  const { name, description, methods } = plugin as Partial<LoadedPlugin>;
  const isNamed =
    typeof name === "string" && name !== "" && typeof description === "string" && description !== "";
  if (!isNamed || typeof methods !== "object" || methods === null) return undefined;
  return { name, description, methods, filePath };
}
