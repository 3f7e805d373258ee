import type { HostEvents, KataAst, KataCompiler } from "../../lib/host.ts";
import type {
  KataDiscoveryResult,
  KataInstallRequest,
  RealmKataMetadata,
  RealmsRegistry,
} from "../../lib/index.ts";

/** The names that the guide's blocks use without declaring them, with the types that the guide implies. */
export interface Scope {
  registry: RealmsRegistry;
  api: { events: HostEvents };
  /** What a block prints. */
  console: { log(...values: unknown[]): void; error(...values: unknown[]): void };
  /** A row of a realm's index. */
  metadata: RealmKataMetadata;
  /** A request that an earlier block made. */
  request: KataInstallRequest;
  query: string;
  realmIds: string[];
  /** A fresh id; the guide writes it without a call. */
  uuid: string;
  /** Not the host's `api.ai`, which answers with text: the guide reads fields from the answer. */
  ai: { complete(prompt: string): Promise<Draft> };
  compiler: KataCompiler;
  ast: KataAst;
  /** Text of a downloaded kata. */
  source: string;
  crypto: { sha256(text: string): string };
  /** A database that binds an object's fields by name. */
  db: { query(sql: string, values: object): unknown };
  /** The realm's index. `url` is optional because a local realm has none. */
  fetchRealmIndex(url: string | undefined): Promise<{ katas: RealmKataMetadata[] }>;

  /** Stands where the guide writes `versions: [...]`. */
  offered: KataDiscoveryResult["versions"];
  /** Stands where the guide writes `phases: [...]` and `requiredSkills: [...]`. */
  draft: Draft;
  /** Stands where the guide writes `const metadata = ...;`. */
  indexRow: RealmKataMetadata;
}

/** A kata to create, as the guide reads it from a model's answer. */
export interface Draft {
  phases: Array<{ name: string; action: string }>;
  requiredSkills: string[];
  tags: string[];
}
