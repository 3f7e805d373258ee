import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import type { AgentRegistry } from "./agent-registry.ts";
import type { AgentAPI } from "./contract/agent.ts";
import { type AgentClass, agentName, describeAgent } from "./loader.ts";
import { type Log, messageOf } from "./log.ts";

export interface HotReloadDeps {
  api: AgentAPI;
  registry: AgentRegistry;
  log: Log;
}

export type ReloadResult = { success: true; agentName: string } | { success: false; error: string };

/**
 * Loads a changed agent into a running host. Only the file itself is read anew, its imports stay cached. The old
 * agent loses its schedule and its place; its event handlers and timers go on beside the new one's.
 */
export class HotReload {
  readonly #deps: HotReloadDeps;
  readonly #loaded = new Set<string>();
  readonly #watchers: FSWatcher[] = [];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(deps: HotReloadDeps) {
    this.#deps = deps;
  }

  /**
   * Never rejects. The old agent is taken away before the new constructor runs, so one that throws leaves no agent
   * of that name. Emits `agent_created` for a file's first change and `agent_reloaded` for later ones.
   */
  async reload(filePath: string): Promise<ReloadResult> {
    const isKnown = this.#loaded.has(filePath);
    try {
      const { name, routes, schedules } = await this.#replace(filePath);
      this.#loaded.add(filePath);
      const payload = { agentName: name, filePath, routes, schedules, stable: true, timestamp: Date.now() };
      this.#deps.api.events.emit(isKnown ? "agent_reloaded" : "agent_created", payload, "hot-reload");
      return { success: true, agentName: name };
    } catch (error) {
      this.#deps.log("error", "an agent could not be reloaded", { filePath, error: messageOf(error) });
      return { success: false, error: messageOf(error) };
    }
  }

  /** Reloads `.ts` files of the folder 100 ms after each change, once for every event the system reports. */
  watch(folder: string): void {
    const watcher = watch(folder, { recursive: true }, (_, name) => {
      if (!name?.endsWith(".ts")) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        void this.reload(join(folder, name));
      }, 100);
      this.#timers.add(timer);
    });
    this.#watchers.push(watcher);
  }

  stop(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #replace(filePath: string): Promise<{ name: string; routes: string[]; schedules: string[] }> {
    const { api, registry } = this.#deps;
    const { default: AgentClass } = (await import(`${filePath}?t=${nextStamp()}`)) as {
      default?: AgentClass;
    };
    if (!AgentClass) throw new Error(`No default export found in ${filePath}`);
    registry.unregister(agentName(filePath));
    const agent = describeAgent(filePath, AgentClass, new AgentClass(api));
    registry.register(agent);
    const { name, webhook, schedule } = agent;
    return { name, routes: webhook ? [webhook] : [], schedules: schedule ? [schedule] : [] };
  }
}

let lastStamp = 0;

// The host's stamp is the plain millisecond, and two reloads within one see the same module. Counting on keeps
// tests from meeting that by chance.
function nextStamp(): number {
  lastStamp = Math.max(Date.now(), lastStamp + 1);
  return lastStamp;
}
