import type { DatabaseAPI } from "./database.ts";
import type { EventsAPI } from "./events.ts";
import type { KataCompilerLike, KataParserLike, KataRegistryLike } from "./kata.ts";
import type { AiAPI, ConfigAPI, HttpAPI, MemoryAPI, PluginsAPI } from "./services.ts";
import type { ToolsAPI } from "./tools.ts";

/** What a host hands to the constructor of every agent. */
export interface AgentAPI {
  events: EventsAPI;
  db: DatabaseAPI;
  plugins: PluginsAPI;
  tools: ToolsAPI;
  memory: MemoryAPI;
  config: ConfigAPI;
  ai: AiAPI;
  /** Absent in a host that serves no HTTP. */
  http?: HttpAPI;
  /** Added when all agents are loaded, so undefined in a constructor. */
  getAgents?: () => AgentMetadata[];
  /**
   * How a host that is not a Ronin checkout identifies itself: its version and its own kata classes. A Ronin
   * checkout has no such field; there the classes are found in its source tree, and those win.
   */
  host?: KataHost;
}

/** The kata classes of a running host. What they return is what that host will store and run. */
export interface KataHost {
  version: string;
  KataParser: new () => KataParserLike;
  KataCompiler: new () => KataCompilerLike;
  KataRegistry: new (api: Pick<AgentAPI, "db">) => KataRegistryLike;
  /** Optional: reads contract files. What it returns has the host's own shape. */
  ContractParser?: new () => { parse(source: string): unknown };
}

/** An agent is any object with `execute`. The host reads its schedule and webhook from the class. */
export interface Agent {
  execute(): unknown;
  onWebhook?(request: WebhookRequest): unknown;
}

export interface WebhookRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  /** Parsed when sent as JSON, else the text; null without a body. */
  payload: unknown;
}

export interface AgentMetadata {
  name: string;
  filePath: string;
  schedule?: string | undefined;
  watch?: string[] | undefined;
  webhook?: string | undefined;
  instance: Agent;
}
