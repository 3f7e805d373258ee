import type { Agent, AgentAPI } from "./contract/agent.ts";

/** Stores the api and nothing more. Extending it is a convenience: the host accepts any class with `execute`. */
export abstract class BaseAgent implements Agent {
  protected readonly api: AgentAPI;

  constructor(api: AgentAPI) {
    this.api = api;
  }

  abstract execute(): Promise<void>;
}
