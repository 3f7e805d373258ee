/** A plugin's methods by name. Each becomes a tool as well, unless its name starts with set, init or remove. */
export type PluginMethods = Record<string, (...args: never[]) => unknown>;

export interface PluginsAPI {
  /** Replaces the methods under that name; makes no tools. */
  register(name: string, methods: PluginMethods): void;
  /** Rejects with `Plugin not found: <name>` or `Method <method> not found in plugin <name>`. */
  call(name: string, method: string, ...args: unknown[]): Promise<unknown>;
  has(name: string): boolean;
  list(): string[];
  getMethods(name: string): PluginMethods | null;
}

/** Keys and values that outlive the process. `retrieve` answers null for a missing key. */
export interface MemoryAPI {
  /** Replaces the key's row. Rejects for a value that JSON has no text for. */
  store(key: string, value: unknown): Promise<void>;
  retrieve(key: string): Promise<unknown>;
  /** Newest first. `value` is the start of the stored JSON text. */
  search(query: string, limit?: number): Promise<MemoryEntry[]>;
}

export interface MemoryEntry {
  id: string;
  key: string | undefined;
  value: unknown;
  text: string | undefined;
  metadata: Record<string, unknown> | undefined;
  createdAt: Date;
  updatedAt: Date;
}

export interface ConfigAPI {
  /** The live value under a dotted path, not a copy; undefined when missing. Throws TypeError without a path. */
  get(path: string): unknown;
  /** A deep copy of everything. */
  getAll(): Record<string, unknown>;
  /** Writes the whole merged configuration to the file, overrides included. */
  set(path: string, value: unknown): Promise<void>;
  /** Reads the file again. Edits on disk are seen only after it. */
  reload(): Promise<void>;
}

export interface AiOptions {
  model?: string;
  temperature?: number;
  maxTokens?: number;
  /** For one attempt, in ms. Default 60000. */
  timeoutMs?: number;
  /** Attempts after the first. Default 3, after pauses of 1, 2 and 4 seconds. */
  retries?: number;
}

export interface AiAPI {
  /** The model's raw text. Rejects when it cannot be had; emits `ai.completion` either way. */
  complete(prompt: string, options?: AiOptions): Promise<string>;
  checkModel(): Promise<boolean>;
}

export type RouteHandler = (request: Request) => Response | Promise<Response>;

export interface RouteMetadata {
  title?: string;
  description?: string;
  icon?: string;
}

/** Routes of all agents, by path. Nothing of the host stands in front of them: no login, no origin check. */
export interface HttpAPI {
  /** Replaces the path's handler. A path that ends in "/" also serves everything below it. */
  /** Where the server listens; undefined until it does. The real host does not say. */
  port?: number | undefined;
  registerRoute(path: string, handler: RouteHandler, metadata?: RouteMetadata): void;
  registerRoutes(routes: Record<string, RouteHandler>): void;
  getRouteHandler(path: string): RouteHandler | undefined;
  getAllRoutes(): Map<string, RouteHandler>;
  getRouteMetadata(path: string): RouteMetadata | undefined;
}
