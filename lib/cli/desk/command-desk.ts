import type {
  BrowseView,
  HistoryEntry,
  HistoryFilter,
  HistoryView,
  KataView,
  LockView,
  ProposalsView,
  ProposalView,
  RealmPreview,
  RealmsView,
  ReceiptsView,
  SearchQuery,
  StatusView,
} from "../../desk/shown.ts";
import type { KataLock } from "../../model/lock.ts";

/** What a person says yes to. */
export interface Approval {
  version: string;
  /** As it was shown: what is approved is what was seen. */
  planHash: string;
  /** The name for the records. */
  by: string;
  acceptOtherCompiler: boolean;
  acceptStale: boolean;
}

export type RealmChange = "enable" | "disable" | "reset" | "remove";

/**
 * What the command asks of the place where a person looks and decides. Behind it stands the page of the running
 * Ronin, or, while Ronin is down, the same use cases on its files. Expected refusals are RealmsErrors.
 */
export interface CommandDesk {
  /** `page`: the running Ronin answers. `files`: it is down, and its files are read. */
  readonly via: "page" | "files";
  proposals(): Promise<ProposalsView>;
  proposal(id: string, version?: string): Promise<ProposalView>;
  search(query: Partial<SearchQuery>): Promise<BrowseView>;
  kata(kata: { realm: string; name: string }, version?: string): Promise<KataView>;
  /** Opens the request, or finds the one that waits. */
  requestInstall(
    kata: { realm: string; name: string },
    given: { version?: string | undefined },
  ): Promise<{ proposalId: string }>;
  realms(): Promise<RealmsView>;
  /** Asks a realm for its first root. Stores nothing. */
  previewRealm(given: {
    id: string;
    name?: string | undefined;
    url: string;
    /** Needed for an address without encryption. */
    fingerprint?: string | undefined;
  }): Promise<RealmPreview>;
  /** Registers what was previewed and starts its first sync. */
  addRealm(given: { ticket: string; fingerprint: string | null }): Promise<{ id: string }>;
  changeRealm(id: string, change: RealmChange): Promise<void>;
  /** Starts a sync. That it ended is seen in {@link realms}. */
  syncRealm(id: string): Promise<void>;
  history(filter: Partial<HistoryFilter>): Promise<HistoryView>;
  /** One request and what came of it. */
  entry(id: string): Promise<HistoryEntry>;
  receipts(): Promise<ReceiptsView>;
  status(): Promise<StatusView>;
  /** Resolves when the decision is recorded; the install comes after. Only a running Ronin takes one. */
  approve(id: string, approval: Approval): Promise<void>;
  reject(id: string, rejection: { reason: string; by: string }): Promise<void>;
  /** What is installed here. */
  lock(): Promise<KataLock>;
  /** Holds a lock against what is here. */
  compareLock(lock: KataLock): Promise<LockView>;
}
