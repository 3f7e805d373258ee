import { readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Agent, AgentAPI, AgentMetadata } from "./contract/agent.ts";
import { type Log, messageOf } from "./log.ts";

/**
 * Imports and constructs the agents of the folders, one after the other, in the order the file system lists them.
 *
 * What throws is logged and skipped, but handlers and timers that a constructor set before it threw stay alive. The
 * same name twice is in the list twice.
 */
export async function loadAgents(folders: string[], api: AgentAPI, log: Log): Promise<AgentMetadata[]> {
  const agents: AgentMetadata[] = [];
  for (const filePath of findAgentFiles(folders)) {
    try {
      const agent = await loadAgent(filePath, api, log);
      if (agent) agents.push(agent);
    } catch (error) {
      log("error", "an agent could not be loaded", { filePath, error: messageOf(error) });
    }
  }
  return agents;
}

/**
 * Every regular `.ts` and `.js` file at any depth, dot folders and node_modules included: a copied repository's own
 * tests and dependencies would be imported too. Not `.mjs`, no symlinks, nothing with `.test.` or `.spec.` in its path.
 */
export function findAgentFiles(folders: string[]): string[] {
  const files = folders.flatMap((folder) => walkFiles(resolve(folder)));
  return [...new Set(files)].filter((file) => /\.[tj]s$/.test(file) && !/\.(test|spec)\./.test(file));
}

/** All regular files below a folder, in the order the file system lists them. A missing folder has none. */
export function walkFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return walkFiles(path);
      return entry.isFile() ? [path] : [];
    });
  } catch {
    return []; // Not there or not readable: the host goes on without it as well.
  }
}

/** What the host reads from a class: its static fields and the file's base name. */
export function describeAgent(filePath: string, AgentClass: AgentClass, instance: Agent): AgentMetadata {
  const { schedule, watch, webhook } = AgentClass;
  return { name: agentName(filePath), filePath, schedule, watch, webhook, instance };
}

export function agentName(filePath: string): string {
  return basename(filePath).replace(/\.[tj]s$/, "");
}

export type AgentClass = (new (
  api: AgentAPI,
) => Agent) &
  Partial<Pick<AgentMetadata, "schedule" | "watch" | "webhook">>;

async function loadAgent(filePath: string, api: AgentAPI, log: Log): Promise<AgentMetadata | undefined> {
  const { default: AgentClass } = (await import(filePath)) as { default?: AgentClass };
  if (!AgentClass) {
    log("warn", "an agent file has no default export", { filePath });
    return undefined;
  }
  if (typeof AgentClass !== "function") {
    log("warn", "an agent's default export cannot be constructed", { filePath });
    return undefined;
  }
  const agent = describeAgent(filePath, AgentClass, new AgentClass(api));
  if (typeof agent.instance.execute === "function") return agent;
  // Without `execute` there is no agent, whatever it declares; the host says so only where it declares nothing.
  const declares = agent.schedule ?? agent.webhook ?? agent.watch?.[0];
  if (declares === undefined) log("warn", "an agent has no execute method", { filePath, agent: agent.name });
  return undefined;
}
