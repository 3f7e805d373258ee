import type { Clock } from "../clock.ts";
import type { Dojo } from "../dojo/dojo.ts";
import type { HostEvents, HostTools } from "../host.ts";
import type { ApprovalPolicy, InstallHost } from "../install/deps.ts";
import type { Log } from "../log.ts";
import type { Verification } from "../model/verification.ts";
import type { RealmAddress } from "../realm-client/realm-address.ts";
import type { RealmsRegistry } from "../registry/registry.ts";
import type { RealmSyncer } from "../sync/syncer.ts";

/** What the desk needs from around it. */
export interface DeskDeps {
  registry: RealmsRegistry;
  events: HostEvents;
  log: Log;
  clock: Clock;
  approvals: ApprovalPolicy;
  /** The host's tools, which are its skills; undefined where it has none to look at. */
  tools: HostTools | undefined;
  hasSkill: (name: string) => boolean;
  /** Rejects with a HostError when the host's classes cannot be found. */
  host: () => Promise<InstallHost>;
  /** Bytes of one source, not verified. Rejects with a RealmError. */
  fetchSource: (realmId: string, sourceHash: string, signal?: AbortSignal) => Promise<Uint8Array>;
  /** What a realm serves as its first root; undefined when it is not signed. Rejects with a RealmError. */
  findFirstRoot: (realm: RealmAddress, signal: AbortSignal) => Promise<Uint8Array | undefined>;
  propose: Dojo["propose"];
  sync: RealmSyncer["sync"];
  onSyncProgress: RealmSyncer["onProgress"];
  /** Holds what is installed against its receipts, without compiling it. */
  verify: () => Promise<Verification>;
  /** Who decides where nobody says otherwise: the user that the host runs as. */
  person: () => string;
}
