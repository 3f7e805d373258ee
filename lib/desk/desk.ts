import { messageOf, RegistryError } from "../errors.ts";
import { LOCAL_REALM_ID } from "../model/realm.ts";
import { createRealmAdder } from "./add-realm.ts";
import { announceProposals } from "./announce.ts";
import { readKata, requestInstall, search } from "./browse.ts";
import { approve, reject } from "./decide.ts";
import type { DeskDeps } from "./deps.ts";
import { readHistory } from "./history.ts";
import { readInstalled, readInstalledKata } from "./installed.ts";
import { restore, type UpdateWishName, uninstall, wish } from "./keep.ts";
import { createLive, type LiveListener } from "./live.ts";
import { patiently } from "./patience.ts";
import { readProposal, readProposals } from "./proposals.ts";
import { changeRealm, type RealmChange, readRealms } from "./realms.ts";
import type {
  BrowseView,
  HistoryView,
  InstalledKataView,
  InstalledView,
  KataView,
  ProposalsView,
  ProposalView,
  RealmPreview,
  RealmsView,
} from "./shown.ts";

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
  listen(listener: LiveListener): () => void;
  close(): void;
}

export function createDesk(deps: DeskDeps): Desk {
  const { registry, events, log } = deps;
  const syncing = new Set<string>();
  const live = createLive({ events, registry, isSyncing: (id) => syncing.has(id) });
  const adder = createRealmAdder(deps);
  const stopAnnouncing = announceProposals(deps);

  const startSync = (id: string): void => {
    if (syncing.has(id)) return;
    syncing.add(id);
    live.realmChanged(id);
    deps
      .sync([id])
      .catch((error: unknown) => log.warn(`the sync of ${id} broke: ${messageOf(error)}`))
      .finally(() => {
        syncing.delete(id);
        live.realmChanged(id);
      });
  };

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
      startSync(LOCAL_REALM_ID);
      live.katasChanged();
    },
    restore: () => restore(deps),
    realms: () => readRealms(deps, syncing),
    previewRealm: (given) => adder.preview(given),
    async addRealm(given) {
      const id = await adder.add(given);
      startSync(id);
      return { id };
    },
    async changeRealm(id, change) {
      await changeRealm(deps, id, change);
      // Any sync drops what the index still holds of a realm that is gone; this one asks no server.
      if (change === "remove") startSync(LOCAL_REALM_ID);
      live.realmChanged(id);
    },
    async syncRealm(id) {
      await patiently(() => {
        const realm = registry.findRealm(id);
        if (realm === undefined) throw new RegistryError("unknown_realm", "There is no such realm.");
        if (!realm.enabled) throw new RegistryError("realm_disabled", "Enable the realm first.");
      });
      startSync(id);
    },
    history: (filter) => readHistory(deps, filter),
    listen: (listener) => live.listen(listener),
    close() {
      stopAnnouncing();
      live.close();
    },
  };
}
