import type { EventsAPI } from "./contract/events.ts";
import type { MemoryAPI } from "./contract/services.ts";
import type {
  ToolContext,
  ToolDefinition,
  ToolMetadata,
  ToolOutcome,
  ToolResult,
  ToolSchema,
  ToolsAPI,
} from "./contract/tools.ts";
import { type Log, messageOf } from "./log.ts";

export interface ToolTableDeps {
  events: EventsAPI;
  memory: MemoryAPI;
  log: Log;
}

/** The tools of a host. Executing one stores its result in memory and emits `tool.completed`. */
export class ToolTable implements ToolsAPI {
  readonly #tools = new Map<string, ToolDefinition>();
  readonly #deps: ToolTableDeps;
  #lastCall = 0;

  constructor(deps: ToolTableDeps) {
    this.#deps = deps;
  }

  register(tool: ToolDefinition): void {
    if (this.#tools.has(tool.name)) this.#deps.log("warn", "a tool was replaced", { tool: tool.name });
    this.#tools.set(tool.name, tool);
  }

  unregister(name: string): void {
    this.#tools.delete(name);
  }

  async execute(name: string, args: Record<string, unknown>, context: ToolContext = {}): Promise<ToolResult> {
    const started = Date.now();
    const callId = this.#nextCallId(started);
    const stamp = (toolName: string, provider: string): ToolMetadata => {
      const now = Date.now();
      return { toolName, provider, duration: now - started, cached: false, timestamp: now, callId };
    };
    const tool = this.#resolve(name);
    if (!tool) return failed(`Tool '${name}' not found`, stamp(name, "error"));
    try {
      const outcome = (await tool.handler(args, { conversationId: "default", ...context })) as ToolOutcome;
      const metadata = { ...outcome.metadata, ...stamp(tool.name, tool.provider) };
      const result = { ...outcome, metadata };
      await this.#report(result, context);
      return result;
    } catch (error) {
      return failed(messageOf(error), stamp(tool.name, "error"));
    }
  }

  list(): ToolDefinition[] {
    return [...this.#tools.values()];
  }

  getSchemas(): ToolSchema[] {
    return this.list().map(({ name, description, parameters }) => ({
      type: "function",
      function: { name, description, parameters },
    }));
  }

  has(name: string): boolean {
    return this.#tools.has(name);
  }

  // Models write hf_tool or tool for hf.tool; of several that end alike the first registered is meant.
  #resolve(name: string): ToolDefinition | undefined {
    const dotted = name.replaceAll("_", ".");
    const exact = this.#tools.get(name) ?? this.#tools.get(dotted);
    if (exact) return exact;
    return this.list().find((tool) => tool.name.endsWith(`.${name}`) || tool.name.endsWith(`.${dotted}`));
  }

  async #report(result: ToolResult, context: ToolContext): Promise<void> {
    const { data, metadata, success, error } = result;
    try {
      await this.#deps.memory.store(`tool.result.${metadata.callId}`, { data, metadata, context });
    } catch (cause) {
      this.#deps.log("warn", "a tool result was not stored", { error: messageOf(cause) });
    }
    const { toolName, duration, cached } = metadata;
    const conversationId = context.conversationId ?? "default";
    const completed = { toolName, success, cost: undefined, duration, cached, data, error, conversationId };
    this.#deps.events.emit("tool.completed", { ...completed, timestamp: Date.now() }, "tool-router");
  }

  #nextCallId(now: number): string {
    this.#lastCall = Math.max(now, this.#lastCall + 1);
    return `call-${this.#lastCall}`;
  }
}

function failed(error: string, metadata: ToolMetadata): ToolResult {
  return { success: false, data: null, error, metadata: { ...metadata } };
}
