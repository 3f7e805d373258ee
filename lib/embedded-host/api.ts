import { createAiClient } from "./ai.ts";
import { ConfigStore } from "./config.ts";
import type { AgentAPI } from "./contract/agent.ts";
import type { DatabaseAPI } from "./contract/database.ts";
import { ContractParser } from "./contract-parser.ts";
import { SharedDatabase } from "./database.ts";
import { EventBus } from "./events.ts";
import { RouteTable } from "./http.ts";
import { KataCompiler } from "./kata/compiler.ts";
import { KataParser } from "./kata/parser.ts";
import { KataRegistry } from "./kata/registry.ts";
import type { Log } from "./log.ts";
import { MemoryStore } from "./memory.ts";
import type { HostOptions, HostPaths } from "./options.ts";
import { PluginTable } from "./plugins.ts";
import { ToolTable } from "./tools.ts";
import { RONIN_VERSION } from "./version.ts";

export interface OpenApi {
  api: AgentAPI;
  /** Ends waiting completions and closes the database connections. */
  close(): void;
}

/** Opens everything that agents are given, before any agent or plugin is loaded. */
export function openApi(options: HostOptions, paths: HostPaths, log: Log): OpenApi {
  const stopped = new AbortController();
  const config = new ConfigStore({ path: paths.config, overrides: options.config ?? {}, log });
  const events = new EventBus(log);
  const db = new SharedDatabase(paths.db);
  const memory = new MemoryStore(paths.db);
  const api: AgentAPI = {
    events,
    db: toDatabaseApi(db),
    plugins: new PluginTable(),
    tools: new ToolTable({ events, memory, log }),
    memory,
    config,
    ai: createAiClient({ events, provider: options.ai, signal: stopped.signal }),
    host: { version: RONIN_VERSION, KataParser, KataCompiler, KataRegistry, ContractParser },
  };
  if (options.http ?? true) api.http = new RouteTable();
  return {
    api,
    close() {
      stopped.abort();
      memory.close();
      db.close();
    },
  };
}

// Agents get the three methods and no way to close the connection under the others.
function toDatabaseApi(db: SharedDatabase): DatabaseAPI {
  return {
    query: (sql, params) => db.query(sql, params),
    execute: (sql, params) => db.execute(sql, params),
    transaction: (fn) => db.transaction(fn),
  };
}
