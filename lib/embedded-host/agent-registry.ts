import type { AgentMetadata } from "./contract/agent.ts";
import type { CronTable } from "./cron.ts";
import { type Log, messageOf } from "./log.ts";

export interface AgentRegistryDeps {
  cron: CronTable;
  log: Log;
}

/**
 * The agents that a host knows, by name. Registering a name again replaces the agent but not the schedule of the
 * one before, which goes on and runs the new instance a second time, as in the host.
 */
export class AgentRegistry {
  readonly #agents = new Map<string, AgentMetadata>();
  readonly #cancel = new Map<string, () => void>();
  readonly #deps: AgentRegistryDeps;

  constructor(deps: AgentRegistryDeps) {
    this.#deps = deps;
  }

  register(agent: AgentMetadata): void {
    this.#agents.set(agent.name, agent);
    if (typeof agent.schedule !== "string") return;
    this.#cancel.set(
      agent.name,
      this.#deps.cron.schedule(agent.schedule, () => this.#runScheduled(agent.name)),
    );
  }

  /** Forgets the agent and its schedule. Its event handlers, routes and timers are its own and stay. */
  unregister(name: string): boolean {
    this.#cancel.get(name)?.();
    this.#cancel.delete(name);
    return this.#agents.delete(name);
  }

  list(): AgentMetadata[] {
    return [...this.#agents.values()];
  }

  find(name: string): AgentMetadata | undefined {
    return this.#agents.get(name);
  }

  async #runScheduled(name: string): Promise<void> {
    try {
      await this.#agents.get(name)?.instance.execute();
    } catch (error) {
      this.#deps.log("error", "a scheduled agent failed", { agent: name, error: messageOf(error) });
    }
  }
}
