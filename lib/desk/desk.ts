import { RegistryError } from "../errors.ts";
import type { KataLock } from "../model/lock.ts";
import { LOCAL_REALM_ID } from "../model/realm.ts";
import { createRealmAdder } from "./add-realm.ts";
import { announceProposals } from "./announce.ts";
import { readKata, requestInstall, search } from "./browse.ts";
import { approve, reject } from "./decide.ts";
import type { DeskDeps } from "./deps.ts";
import { readEntry, readHistory, readReceipts } from "./history.ts";
import { readInstalled, readInstalledKata } from "./installed.ts";
import { restore, type UpdateWishName, uninstall, wish } from "./keep.ts";
import { createLive, type LiveListener } from "./live.ts";
import { compareLock, readLock } from "./lock.ts";
import { patiently } from "./patience.ts";
import { readProposal, readProposals } from "./proposals.ts";
import { changeRealm, type RealmChange, readRealms } from "./realms.ts";
import type {
  BrowseView,
  HistoryEntry,
  HistoryView,
  InstalledKataView,
  InstalledView,
  KataView,
  LockView,
  ProposalsView,
  ProposalView,
  RealmPreview,
  RealmsView,
  ReceiptsView,
  StatusView,
} from "./shown.ts";
import { readStatus } from "./status.ts";
import { createRealmSyncs } from "./syncs.ts";

/**
 * Where a person looks and decides. What is `unknown` here came over HTTP and is parsed first. Every rejection
 * for an expected reason is a RealmsError: see the functions behind.
 */
export interface Desk {
  countPending(): Promise<number>;
  proposals(): Promise<ProposalsView>;
  proposal(id: string, version?: string): Promise<ProposalView>;
  approve(id: string, given: unknown): Promise<void>;
  reject(id: string, given: unknown): Promise<void>;
  search(query: unknown): Promise<BrowseView>;
  kata(kata: { realm: string; name: string }, version?: string): Promise<KataView>;
  requestInstall(kata: { realm: string; name: string }, given: unknown): Promise<{ proposalId: string }>;
  installed(): Promise<InstalledView>;
  installedKata(kata: { name: string; version: string }): Promise<InstalledKataView>;
  /** Says which updates of a kata to propose. */
  wish(kata: { name: string; wish: UpdateWishName }, given: unknown): Promise<void>;
  uninstall(kata: { name: string; version: string }): Promise<void>;
  /** Puts back what the host has lost. */
  restore(): Promise<void>;
  realms(): Promise<RealmsView>;
  previewRealm(given: unknown): Promise<RealmPreview>;
  /** Registers what was previewed and starts its first sync. */
  addRealm(given: unknown): Promise<{ id: string }>;
  changeRealm(id: string, change: RealmChange): Promise<void>;
  /** Starts a sync; its end is told to the listeners. */
  syncRealm(id: string): Promise<void>;
  history(filter: unknown): Promise<HistoryView>;
  entry(id: string): Promise<HistoryEntry>;
  receipts(): Promise<ReceiptsView>;
  status(): Promise<StatusView>;
  lock(): Promise<KataLock>;
  compareLock(given: unknown): Promise<LockView>;
  listen(listener: LiveListener): () => void;
  close(): void;
}

export function createDesk(deps: DeskDeps): Desk {
  const { registry, events } = deps;
  const live = createLive({ events, registry, syncOf: (id) => syncs.find(id) });
  const syncs = createRealmSyncs(deps, { changed: live.realmChanged, progressed: live.syncProgressed });
  const adder = createRealmAdder(deps);
  const stopAnnouncing = announceProposals(deps);

  return {
    countPending: () => patiently(() => registry.getPendingRequests().length),
    proposals: () => readProposals(deps),
    proposal: (id, version) => readProposal(deps, id, version),
    async approve(id, given) {
      await approve(deps, id, given);
      live.follow(id);
    },
    async reject(id, given) {
      await reject(deps, id, given);
      live.proposalChanged(id);
    },
    search: (query) => search(deps, query),
    kata: (kata, version) => readKata(deps, kata, version),
    requestInstall: (kata, given) => requestInstall(deps, kata, given),
    installed: () => readInstalled(deps),
    installedKata: (kata) => readInstalledKata(deps, kata),
    async wish(kata, given) {
      await wish(deps, kata, given);
      live.katasChanged();
    },
    async uninstall(kata) {
      await uninstall(deps, kata);
      // The list of this Ronin's own katas is one shorter now.
      syncs.start(LOCAL_REALM_ID);
      live.katasChanged();
    },
    restore: () => restore(deps),
    realms: () => readRealms(deps, syncs.find),
    previewRealm: (given) => adder.preview(given),
    async addRealm(given) {
      const id = await adder.add(given);
      syncs.start(id);
      return { id };
    },
    async changeRealm(id, change) {
      await changeRealm(deps, id, change);
      // Any sync drops what the index still holds of a realm that is gone; this one asks no server.
      if (change === "remove") syncs.start(LOCAL_REALM_ID);
      live.realmChanged(id);
    },
    async syncRealm(id) {
      await patiently(() => {
        const realm = registry.findRealm(id);
        if (realm === undefined) throw new RegistryError("unknown_realm", "There is no such realm.");
        if (!realm.enabled) throw new RegistryError("realm_disabled", "Enable the realm first.");
      });
      syncs.start(id);
    },
    history: (filter) => readHistory(deps, filter),
    entry: (id) => readEntry(deps, id),
    receipts: () => readReceipts(deps),
    status: () => readStatus(deps),
    lock: () => readLock(deps),
    compareLock: (given) => compareLock(deps, given),
    listen: (listener) => live.listen(listener),
    close() {
      stopAnnouncing();
      syncs.close();
      live.close();
    },
  };
}
