import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { AgentRegistry } from "./agent-registry.ts";
import { openApi } from "./api.ts";
import type { AgentAPI, AgentMetadata } from "./contract/agent.ts";
import { CronTable } from "./cron.ts";
import { HotReload, type ReloadResult } from "./hot-reload.ts";
import { type RunningServer, serveHttp } from "./http-server.ts";
import { loadKataFiles } from "./kata/files.ts";
import { KataRegistry } from "./kata/registry.ts";
import { loadAgents } from "./loader.ts";
import { createLog, type Log, type LogLine } from "./log.ts";
import { type HostOptions, type HostPaths, toHostPaths, toToolDefinition } from "./options.ts";
import { loadPlugins } from "./plugin-loader.ts";
import { toPluginTools } from "./plugin-tools.ts";
import { surviveUnhandled } from "./unhandled.ts";

export interface EmbeddedHost {
  api: AgentAPI;
  /** The port it listens on; 0 in a host without HTTP. */
  port: number;
  /** `http://<hostname>:<port>`; empty in a host without HTTP. */
  url: string;
  /** The registered agents as they are now. */
  readonly agents: AgentMetadata[];
  /** Every line since the start. */
  logs: LogLine[];
  /** Calls the agent's `execute` and rejects as it does. Rejects for a name that is not registered. */
  runAgent(name: string): Promise<void>;
  /** Runs what is scheduled for that minute, and waits for it. Failures are logged. */
  tick(date: Date): Promise<void>;
  /** Loads an agent's file again, as the host does when it changed. */
  reload(filePath: string): Promise<ReloadResult>;
  /** Ends server, schedules, watchers and database. Agents are not told, and what they started goes on. */
  stop(): Promise<void>;
}

/**
 * Starts a host: settings, plugins, tools, agents one by one, kata files, HTTP, schedules, in the order of Ronin
 * 1.1.1. In a constructor there is no server yet and no `api.getAgents`.
 *
 * Files are imported by their plain path, so a second host in one process meets the modules of the first. Rejects
 * when the database cannot be opened or the port is taken; by then every agent was constructed.
 */
export async function startHost(options: HostOptions): Promise<EmbeddedHost> {
  const paths = toHostPaths(options);
  const logs: LogLine[] = [];
  const log = createLog(logs, options.logger);
  mkdirSync(dirname(paths.db), { recursive: true });
  const { api, close } = openApi(options, paths, log);
  const cron = new CronTable();
  const registry = new AgentRegistry({ cron, log });
  const hotReload = new HotReload({ api, registry, log });
  const release = options.surviveUnhandled ? surviveUnhandled(log) : () => {};
  let server: RunningServer | undefined;
  const stop = async (): Promise<void> => {
    hotReload.stop();
    cron.clearAll();
    await server?.stop();
    close();
    release();
  };
  try {
    await loadPluginsAndTools(api, options, paths, log);
    const agents = await loadAgents(paths.agents, api, log);
    await loadKataFiles(paths.katas, new KataRegistry(api), log);
    server = api.http && serveHttp({ routes: api.http, agents: registry, events: api.events, log }, options);
    if (api.http !== undefined) api.http.port = server?.port;
    for (const agent of agents) registry.register(agent);
    api.getAgents = () => registry.list();
    if (options.watch) for (const folder of paths.agents) hotReload.watch(folder);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    api,
    port: server?.port ?? 0,
    url: server?.url ?? "",
    get agents() {
      return registry.list();
    },
    logs,
    runAgent: async (name) => {
      const agent = registry.find(name);
      if (!agent) throw new Error(`No agent named ${name} is registered`);
      await agent.instance.execute();
    },
    tick: (date) => cron.tick(date),
    reload: (filePath) => hotReload.reload(filePath),
    stop,
  };
}

async function loadPluginsAndTools(
  api: AgentAPI,
  { tools = [] }: HostOptions,
  paths: HostPaths,
  log: Log,
): Promise<void> {
  const plugins = await loadPlugins(paths.plugins, log);
  for (const plugin of plugins) api.plugins.register(plugin.name, plugin.methods);
  for (const tool of tools) api.tools.register(toToolDefinition(tool));
  for (const tool of plugins.flatMap((plugin) => toPluginTools(plugin, api.plugins)))
    api.tools.register(tool);
}
