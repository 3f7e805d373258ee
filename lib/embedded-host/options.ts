import { resolve } from "node:path";
import type { AiProvider } from "./ai.ts";
import type { ToolDefinition } from "./contract/tools.ts";
import type { LogLine } from "./log.ts";

/** A tool that a host brings along. What is left out is a harmless local tool without parameters. */
export type HostTool = Pick<ToolDefinition, "name" | "handler"> & Partial<ToolDefinition>;

export interface HostOptions {
  /** Holds `.ronin/config.json`, `.ronin/agents`, `.ronin/plugins` and `.ronin/katas`. */
  home: string;
  /** The project folder: `katas` and, by default, the database. Default: `home`. The process stays where it is. */
  cwd?: string;
  /** Loaded in this order. Default: `<home>/.ronin/agents`. */
  agentDirs?: string[];
  /** Default: `<home>/.ronin/plugins`. A path without `plugins/` in it yields no plugins, as in the host. */
  pluginDirs?: string[];
  /** Default: `<cwd>/ronin.db`. */
  dbPath?: string;
  /** Default: 0, a free one. */
  port?: number;
  /** Default: 127.0.0.1. The real host listens on every interface unless told otherwise. */
  hostname?: string;
  /** Default: true. Without it `api.http` is absent. */
  http?: boolean;
  /** Laid over the configuration file. */
  config?: Record<string, unknown>;
  /** The host's own tools, which decide what skills are available. Default: none. */
  tools?: HostTool[];
  /** Default: no model server, every completion is refused. */
  ai?: AiProvider;
  /** Gets every log line beside `logs`. */
  logger?: (line: LogLine) => void;
  /** Reload changed agents by themselves. Default: false. */
  watch?: boolean;
  /** Survive unhandled rejections of this process, as the host does. Default: false, so that tests see them. */
  surviveUnhandled?: boolean;
}

export interface HostPaths {
  config: string;
  db: string;
  agents: string[];
  plugins: string[];
  katas: string[];
}

/** Where a host with these options looks, all absolute. */
export function toHostPaths({ home, cwd = home, ...options }: HostOptions): HostPaths {
  const user = (name: string): string => resolve(home, ".ronin", name);
  return {
    config: user("config.json"),
    db: resolve(options.dbPath ?? resolve(cwd, "ronin.db")),
    agents: (options.agentDirs ?? [user("agents")]).map((folder) => resolve(folder)),
    plugins: (options.pluginDirs ?? [user("plugins")]).map((folder) => resolve(folder)),
    katas: [...new Set([resolve(cwd, "katas"), user("katas")])],
  };
}

export function toToolDefinition(tool: HostTool): ToolDefinition {
  const defaults = { description: tool.name, parameters: { type: "object" }, provider: "local" };
  return { ...defaults, riskLevel: "low", cacheable: false, ...tool };
}
