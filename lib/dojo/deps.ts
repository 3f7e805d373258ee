import type { Bus } from "../bus.ts";
import type { HostAi, KataHost } from "../host.ts";
import type { Log } from "../log.ts";
import type { InstallPlan } from "../model/install.ts";
import type { RealmsRegistry } from "../registry/registry.ts";

/** What the Dojo needs from around it. */
export interface DojoDeps {
  registry: RealmsRegistry;
  bus: Pick<Bus, "emit">;
  log: Log;
  /** Throws an InstallError when there is no such plan; it is shown with the version. */
  planInstall: (kata: KataAddress) => InstallPlan;
  /** Rejects with a HostError when the host's classes cannot be found. */
  kataHost: () => Promise<Pick<KataHost, "KataParser" | "KataCompiler">>;
  /** Exact look-up of a skill among the host's tools. */
  hasSkill: (name: string) => boolean;
  /** The host's tools that a new kata may be made of. */
  tools: () => readonly HostTool[];
  syncer: DojoSyncer;
  /** Without one the search words come from the need itself. */
  ai?: Pick<HostAi, "complete"> | undefined;
  /** Milliseconds. Default 4000. */
  modelTimeoutMs?: number | undefined;
  /** Milliseconds for a model to draft a kata and to repair it. Default 30000. */
  draftTimeoutMs?: number | undefined;
}

/** A tool of the host, as whoever registered it describes it. */
export interface HostTool {
  name: string;
  description: string;
}

/** What a search asks of the sync. */
export interface DojoSyncer {
  /** Settles when no first sync is under way, or after `waitMs`. */
  waitForFirstSync(waitMs: number): Promise<void>;
  /** Syncs realms whose index is stale; waits at most `waitMs` for it. */
  refreshStale(waitMs: number): Promise<void>;
}

export interface KataAddress {
  realm: string;
  name: string;
  version: string;
}
