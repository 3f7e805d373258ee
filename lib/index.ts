/**
 * The public face of the pack: the guide's RealmsRegistry with its types, the errors, and the events.
 */
export {
  ApprovalError,
  type ApprovalErrorCode,
  HostError,
  type HostErrorCode,
  InstallError,
  type InstallErrorCode,
  RealmError,
  type RealmErrorCode,
  RealmsError,
  RegistryBusyError,
  RegistryError,
  type RegistryErrorCode,
  SettingsError,
  type SettingsErrorCode,
} from "./errors.ts";
export {
  type EventName,
  type EventPayload,
  type EventTable,
  eventTable,
  type IncomingEvent,
  type OutgoingEvent,
} from "./events.ts";
export type { CompatibilityReport } from "./model/compatibility.ts";
export type {
  InstallOffer,
  InstallPlan,
  InstallState,
  KataInstallReceipt,
  KataInstallRequest,
  PlanStep,
  RequestStatus,
} from "./model/install.ts";
export type { Complexity, KataStatus, RealmKataMetadata } from "./model/kata.ts";
export type { CacheStrategy, Realm, RealmType } from "./model/realm.ts";
export type { TrustLevel } from "./model/trust.ts";
export { type OpenOptions, type OpenRegistry, openRegistry } from "./registry/open.ts";
export {
  type ApprovalChoice,
  DEFAULT_RONIN_VERSION,
  type DiscoverOptions,
  type HostKata,
  type IndexChanges,
  type KataDiscoveryResult,
  type NewReceipt,
  RealmsRegistry,
  type RealmValidator,
  type ReceiptFilter,
  type RegistryOptions,
  type Rejection,
  type RequestDetails,
  type RequestFilter,
  type SyncStatus,
} from "./registry/registry.ts";
export type { ApprovalProof } from "./trust/approval-proof.ts";
