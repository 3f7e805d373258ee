import type { Bus } from "../bus.ts";
import type { Clock } from "../clock.ts";
import type { KataCompiler, KataHost, KataParser, KataRegistry } from "../host.ts";
import type { Log } from "../log.ts";
import type { KataInstallRequest } from "../model/install.ts";
import type { RealmsRegistry } from "../registry/registry.ts";

/** The running host's own classes, bound to its api. */
export interface InstallHost {
  version: string;
  parser: KataParser;
  compiler: KataCompiler;
  registry: Pick<KataRegistry, "register">;
  /** Made only when a contract is offered: whatever is wrong with it must not keep a kata from being installed. */
  ContractParser?: KataHost["ContractParser"];
}

/** What an install needs from around it. */
export interface InstallDeps {
  registry: RealmsRegistry;
  bus: Pick<Bus, "emit">;
  log: Log;
  clock: Clock;
  /** Rejects with a HostError when the host's classes cannot be found. */
  host: () => Promise<InstallHost>;
  /** Exact look-up of a skill among the host's tools. */
  hasSkill: (name: string) => boolean;
  /** Bytes of `katas/<hash>.kata` of one realm, as they came. Rejects with a RealmError. */
  fetchSource: (realmId: string, sourceHash: string, signal?: AbortSignal) => Promise<Uint8Array>;
  /** Shows a changed kata to a person again, as a new proposal. */
  proposeAgain: (request: KataInstallRequest) => Promise<void>;
  approvals: ApprovalPolicy;
  /** Path of the host's database: what a voucher is bound to. */
  database: string;
  /** Names this process among those that share the host's database. */
  owner: string;
  /** Milliseconds that a process which died keeps the others from installing. Default 20,000. */
  leaseTtlMs?: number;
}

/** `confirmed`: a decision needs a proof made with the key. `event`: the guide's bare event is enough. */
export type ApprovalPolicy = { mode: "event" } | { mode: "confirmed"; key: () => Uint8Array };
