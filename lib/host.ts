/**
 * The slice of a Ronin host that this pack uses, and nothing more. The types say what the running host was seen
 * to do, so code that compiles against them meets the same thing at run time.
 */
export interface HostApi {
  events: HostEvents;
  db: HostDatabase;
  plugins: HostPlugins;
  tools?: HostTools;
  /** Missing where the host serves no HTTP: then nobody outside the process can post events. */
  http?: HostHttp;
  ai?: HostAi;
  config?: HostConfig;
  /** How a host that is not a Ronin checkout (the embedded one) hands over its own kata classes. */
  host?: KataHost;
}

export interface HostEvents {
  /** Runs the handlers synchronously. Throws without a `source`. */
  emit(event: string, data: unknown, source: string): void;
  /** Handlers get the data alone. A rejected promise of theirs is lost, so handlers must not reject. */
  on(event: string, handler: (data: unknown) => void): void;
  off(event: string, handler: (data: unknown) => void): void;
}

/** One connection for all agents. Statements run when called; the promise is already settled. */
export interface HostDatabase {
  query<Row>(sql: string, params?: unknown[]): Promise<Row[]>;
  execute(sql: string, params?: unknown[]): Promise<void>;
}

export type PluginMethod = (...args: unknown[]) => unknown;

export interface HostPlugins {
  has(plugin: string): boolean;
  /** Present at run time though the host's own type leaves it out. Makes no tools. */
  register?(name: string, methods: Record<string, PluginMethod>): void;
}

export interface ToolDefinition {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
  provider: string;
  handler: (args: Record<string, unknown>) => Promise<unknown>;
  riskLevel: "low" | "medium" | "high";
  cacheable: boolean;
}

/** A tool as the host lists it. */
export type HostTool = Pick<ToolDefinition, "name" | "description"> & {
  riskLevel: "low" | "medium" | "high" | "critical";
};

export interface HostTools {
  register(tool: ToolDefinition): void;
  /** Never rejects. */
  execute(name: string, args: Record<string, unknown>): Promise<unknown>;
  list(): HostTool[];
  /** Matches a name exactly; the host's `execute` is looser, so it cannot answer "does it exist". */
  has(name: string): boolean;
}

export interface HostHttp {
  /** Where it listens, once it does. Ronin 1.1.1 does not say. */
  readonly port?: number | undefined;
  /** A path that ends in `/` serves all below it too. Registering a path again replaces its handler. */
  registerRoute(
    path: string,
    handler: (request: Request) => Response | Promise<Response>,
    metadata?: { title: string; description: string },
  ): void;
}

export interface HostAi {
  /** Rejects after 7 s of retries when no model server runs, unless told `retries: 0`. */
  complete(
    prompt: string,
    options?: { temperature?: number; maxTokens?: number; timeoutMs?: number; retries?: number },
  ): Promise<string>;
}

export interface HostConfig {
  /** The live object behind a dotted path of the host's config file, `undefined` when there is none. */
  get(path: string): unknown;
}

/** The host's own parser, compiler and registry, with the version that they belong to. */
export interface KataHost {
  version: string;
  KataParser: new () => KataParser;
  KataCompiler: new () => KataCompiler;
  KataRegistry: new (api: never) => KataRegistry;
  /** Missing where the host has no parser of contract files that is known. */
  ContractParser?: new () => ContractParser;
}

export interface KataParser {
  /** Throws `Parse error at line L, column C: …`. Text after the last phase is ignored. */
  parse(source: string): KataAst;
}

export interface KataCompiler {
  /** Throws `Kata compilation failed:` with one line a problem. */
  compile(ast: KataAst): CompiledKata;
}

export interface KataRegistry {
  /** Parses, compiles and stores. Throws when the name and version exist, whatever their source. */
  register(source: string): Promise<CompiledKata>;
}

export interface ContractParser {
  /** What the contract file says, in a shape of the host's own. Throws for what is no contract. */
  parse(source: string): unknown;
}

export type KataAction =
  | { type: "run"; skill: string }
  | { type: "spawn"; kata: string; version: string }
  | { type: "wait"; eventName: string; timeout?: number | undefined };

/** Absent keys are present as `undefined`, so they are missing from the JSON that is hashed. */
export interface KataPhase {
  name: string;
  action: KataAction;
  next?: string | undefined;
  terminal?: "complete" | "fail" | undefined;
}

export interface KataAst {
  name: string;
  version: string;
  requires: Array<{ type: string; name: string; version?: string | undefined }>;
  initial: string;
  phases: Record<string, KataPhase>;
}

export interface CompiledKata extends KataAst {
  /** Declared skill names in source order, duplicates kept. */
  requiredSkills: string[];
  /** SHA-256 of the AST, not of the source. */
  checksum: string;
}
