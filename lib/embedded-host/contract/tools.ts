export interface ToolContext {
  conversationId?: string;
  userId?: string;
  originalQuery?: string;
  metadata?: Record<string, unknown>;
}

/** What a handler answers. The host adds `metadata` of its own to it. */
export interface ToolOutcome {
  success: boolean;
  data: unknown;
  error?: string;
  metadata?: Record<string, unknown>;
}

export interface ToolResult extends ToolOutcome {
  metadata: Record<string, unknown> & ToolMetadata;
}

export interface ToolMetadata {
  toolName: string;
  provider: string;
  duration: number;
  cached: boolean;
  timestamp: number;
  callId: string;
}

/** A function that a language model may call. `parameters` is a JSON schema. */
export interface ToolDefinition {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
  provider: string;
  /** Should resolve with a ToolOutcome; the host spreads whatever object it gets. */
  handler: (args: Record<string, unknown>, context: ToolContext) => Promise<unknown>;
  riskLevel: "low" | "medium" | "high" | "critical";
  cacheable: boolean;
}

export interface ToolSchema {
  type: "function";
  function: Pick<ToolDefinition, "name" | "description" | "parameters">;
}

export interface ToolsAPI {
  /** A tool of the same name is replaced. */
  register(tool: ToolDefinition): void;
  unregister(name: string): void;
  /** Never rejects: whatever goes wrong is `success: false` with a message. Names are resolved loosely. */
  execute(name: string, args: Record<string, unknown>, context?: ToolContext): Promise<ToolResult>;
  list(): ToolDefinition[];
  getSchemas(): ToolSchema[];
  /** Exact names only. A kata's skill is available when this answers true for it. */
  has(name: string): boolean;
}
