import type { Database } from "bun:sqlite";
import { type Clock, systemClock } from "../clock.ts";
import { type InstallErrorCode, RegistryError } from "../errors.ts";
import { type CompatibilityReport, reportCompatibility } from "../model/compatibility.ts";
import type { InstallOffer, KataInstallReceipt, KataInstallRequest } from "../model/install.ts";
import type { RealmKataMetadata } from "../model/kata.ts";
import { type Realm, realmSchema } from "../model/realm.ts";
import { isRoninVersion } from "../model/ronin-version.ts";
import type { TrustLevel } from "../model/trust.ts";
import type { RealmTrust } from "../trust/trust-level.ts";
import { isOffered } from "./bindings.ts";
import { type ApprovalChoice, approve, type Rejection, reject } from "./decisions.ts";
import { type Dependants, selectDependants } from "./dependants.ts";
import { type DiscoverOptions, discover, type KataDiscoveryResult as FoundKata } from "./discover.ts";
import { type HostKata, selectHostKata, selectHostKatas } from "./host-katas.ts";
import { toKata } from "./index-row.ts";
import { countNames, countRows, selectKata, selectVersions } from "./index-table.ts";
import {
  clearIndex,
  type IndexChanges,
  indexKatas,
  type ReplaceOptions,
  replaceIndex,
} from "./index-writes.ts";
import { parseInput } from "./input.ts";
import { dropLease, takeLease } from "./leases-table.ts";
import { migrate } from "./migrate.ts";
import { indexMigrations, recordsMigrations } from "./migrations.ts";
import { type Notice, noteSeen, takeTelling } from "./notices-table.ts";
import { listPending, openRequest, type RequestDetails, replaceOffers } from "./open-requests.ts";
import { complete, fail, move, noteAnnounced, type PassingState, type StandingKata } from "./progress.ts";
import {
  deleteRealm,
  getRealm,
  selectApiKey,
  selectRealm,
  selectRealms,
  updateEnabled,
  upsertRealm,
} from "./realms-table.ts";
import { type ChainedReceipt, selectReceiptChain } from "./receipt-chain.ts";
import {
  countReceipts,
  type NewReceipt,
  type ReceiptFilter,
  selectNewestReceipts,
  selectReceipts,
} from "./receipts-table.ts";
import { type KataRemoval, removeHostKata, selectRemovals } from "./removals.ts";
import {
  getRequest,
  type RequestFilter,
  selectProof,
  selectRequest,
  selectRequests,
} from "./requests-table.ts";
import { deleteUnusedSources, insertSource, selectSource } from "./sources-table.ts";
import { type SyncStatus, selectSyncStatus, updateFailed, updateSynced } from "./sync-status.ts";
import { resetTrust, selectResets, type TrustReset } from "./trust-resets.ts";
import { recordTrust, selectTrust, selectTrustLevels } from "./trust-table.ts";
import { selectUpdateChoice, type UpdateChoice, updateChoice } from "./update-choices.ts";
import { type RealmValidator, selectValidator, upsertValidator } from "./validators-table.ts";

export type { ApprovalChoice, Rejection } from "./decisions.ts";
export type { Dependants } from "./dependants.ts";
export type { DiscoverOptions } from "./discover.ts";
export type { HostKata } from "./host-katas.ts";
export type { IndexChanges } from "./index-writes.ts";
export type { Notice } from "./notices-table.ts";
export type { RequestDetails } from "./open-requests.ts";
export type { StandingKata } from "./progress.ts";
export type { ChainedReceipt } from "./receipt-chain.ts";
export type { NewReceipt, ReceiptFilter } from "./receipts-table.ts";
export type { KataRemoval } from "./removals.ts";
export type { RequestFilter } from "./requests-table.ts";
export type { SyncStatus } from "./sync-status.ts";
export type { TrustReset } from "./trust-resets.ts";
export type { UpdateChoice } from "./update-choices.ts";
export type { RealmValidator } from "./validators-table.ts";

/** A kata that was found, and how much stands behind its realm at this moment. */
export interface KataDiscoveryResult extends FoundKata {
  /** Missing before the realm's first sync, and for the host's own katas. */
  trust?: TrustLevel;
}

export const DEFAULT_RONIN_VERSION = "1.1.1";

export interface RegistryOptions {
  /** Where the index is cached. Default: the records database itself. */
  index?: Database | undefined;
  /** The index belongs to a sync's process, which alone writes it. Default: it may be written here. */
  readonlyIndex?: boolean | undefined;
  /** The host's version, for compatibility. Default {@link DEFAULT_RONIN_VERSION}. */
  roninVersion?: string | undefined;
  /** Exact look-up of a skill. Default: no skill counts as missing. */
  hasSkill?: ((name: string) => boolean) | undefined;
  /** Default: the machine's clock. */
  clock?: Clock | undefined;
}

/**
 * The guide's RealmsRegistry: realms, their index, install requests and receipts.
 *
 * Every method is one short synchronous transaction on a database; none waits. Any of them throws
 * RegistryBusyError, having written nothing, while another connection holds the file. All times are
 * milliseconds since 1970.
 */
export class RealmsRegistry {
  /** The host's version, which ranges are compared with. */
  readonly roninVersion: string;
  readonly #records: Database;
  readonly #index: Database;
  readonly #hasSkill: RegistryOptions["hasSkill"];
  readonly #isIndexOurs: boolean;
  readonly #clock: Clock;

  /**
   * Creates or migrates the tables. Doing it again on the same file changes nothing.
   *
   * @throws RegistryError `schema_conflict` when a table of the guide's name has a shape we cannot share;
   *   `invalid_input` for a `roninVersion` that is no semantic version
   */
  constructor(records: Database, options: RegistryOptions = {}) {
    this.roninVersion = options.roninVersion ?? DEFAULT_RONIN_VERSION;
    assertVersion("roninVersion", this.roninVersion);
    this.#records = records;
    this.#index = options.index ?? records;
    this.#hasSkill = options.hasSkill;
    this.#isIndexOurs = options.readonlyIndex !== true;
    this.#clock = options.clock ?? systemClock;
    this.#migrate();
  }

  // --- Realms ---

  /**
   * Adds a realm, or replaces it and keeps its creation time, last sync and index. A key that is not given again
   * is gone: it may belong to another address.
   *
   * @throws RegistryError `invalid_input` naming the path
   */
  registerRealm(realm: Realm): void {
    upsertRealm(this.#records, parseInput(realmSchema, realm), this.#clock.now());
  }

  /** All realms: custom, central, local, then by id. Without their keys, as in every other result. */
  getRealms(): Realm[] {
    const levels = selectTrustLevels(this.#records, this.#clock.now());
    return selectRealms(this.#records).map((realm) => withTrust(realm, levels.get(realm.id)));
  }

  /** Those of {@link getRealms} that are enabled. */
  getEnabledRealms(): Realm[] {
    return this.getRealms().filter((realm) => realm.enabled);
  }

  findRealm(id: string): Realm | undefined {
    const realm = selectRealm(this.#records, id);
    return realm && withTrust(realm, selectTrustLevels(this.#records, this.#clock.now()).get(id));
  }

  /** The stored key of a realm, for the realm client and nobody else. */
  findApiKey(realmId: string): string | undefined {
    return selectApiKey(this.#records, realmId);
  }

  /** @throws RegistryError `unknown_realm` */
  setRealmEnabled(id: string, enabled: boolean): void {
    updateEnabled(this.#records, id, enabled);
  }

  /**
   * What is remembered of a realm from its syncs: whether it is signed, and the lowest state it may show.
   *
   * @throws RegistryError `invalid_input` for a stored row that cannot be used
   */
  findRealmTrust(realmId: string): RealmTrust | undefined {
    return selectTrust(this.#records, realmId);
  }

  /**
   * Raises what is remembered of a realm to what its sync has found; nothing is lowered.
   *
   * @throws RegistryError `invalid_transition` for a realm that was signed and is recorded as unsigned;
   *   `invalid_input`
   */
  recordRealmTrust(realmId: string, seen: RealmTrust): RealmTrust {
    return recordTrust(this.#records, realmId, seen, this.#clock.now());
  }

  /**
   * Forgets what a realm was, because a person said so, and keeps a note of it: the next sync meets it as if for
   * the first time.
   *
   * @throws RegistryError `unknown_realm` when nothing is remembered of it, `invalid_input`
   */
  resetRealmTrust(realmId: string, by: string): TrustReset {
    return resetTrust(this.#records, realmId, by, this.#clock.now());
  }

  /** Newest first. */
  getTrustResets(realmId: string): TrustReset[] {
    return selectResets(this.#records, realmId);
  }

  /**
   * Removes a realm and its index, which a sync's process drops at its next run where it alone writes it. Its
   * requests and receipts stay, and so does what is remembered of its keys.
   *
   * @throws RegistryError `unknown_realm`
   */
  removeRealm(id: string): void {
    getRealm(this.#records, id);
    // The index first: cut off between the two, the realm is still there and the next sync fills it again.
    if (this.#isIndexOurs) clearIndex(this.#index, id);
    deleteRealm(this.#records, id);
  }

  /** @throws RegistryError `unknown_realm` */
  recordSyncSuccess(id: string, at: number): void {
    updateSynced(this.#records, id, at);
  }

  /** Keeps the time of the last success. @throws RegistryError `unknown_realm` */
  recordSyncFailure(id: string, at: number, code: string, message: string): void {
    updateFailed(this.#records, id, at, code, message);
  }

  /** @throws RegistryError `unknown_realm` */
  getSyncStatus(id: string): SyncStatus {
    return selectSyncStatus(this.#records, id);
  }

  // --- Index ---

  /**
   * Adds or updates versions of one realm, all of them or none.
   *
   * @throws RegistryError `unknown_realm`; `invalid_input` naming the path (`[3].sourceHash`); `hash_conflict`
   *   when a version comes with another source or compiled hash than before
   */
  indexKatas(realmId: string, katas: RealmKataMetadata[]): IndexChanges {
    return indexKatas(this.#index, getRealm(this.#records, realmId), katas);
  }

  /**
   * As {@link indexKatas} with a realm's whole index.
   *
   * @throws RegistryError as {@link indexKatas}; `row_disappeared` for versions that it leaves out, without
   *   `allowRemoval`
   */
  replaceIndex(realmId: string, katas: RealmKataMetadata[], options: ReplaceOptions = {}): IndexChanges {
    return replaceIndex(this.#index, getRealm(this.#records, realmId), katas, options);
  }

  /** One version, withdrawn ones too; undefined also when its name is bound to another realm. */
  findKata(realmId: string, name: string, version: string): RealmKataMetadata | undefined {
    if (!this.#mayProvide(realmId, name)) return undefined;
    const row = selectKata(this.#index, realmId, name, version);
    return row === undefined ? undefined : toKata(row);
  }

  /** All versions, newest first, withdrawn ones too; none when the name is bound to another realm. */
  getVersions(realmId: string, name: string): RealmKataMetadata[] {
    if (!this.#mayProvide(realmId, name)) return [];
    return selectVersions(this.#index, realmId, name).flatMap((row) => toKata(row) ?? []);
  }

  /** Katas in the index, of one realm or of all: different names, withdrawn ones too. */
  countKatas(realmId?: string): number {
    return countNames(this.#index, realmId);
  }

  /** Versions in the index, of one realm or of all, withdrawn ones too. */
  countVersions(realmId?: string): number {
    return countRows(this.#index, realmId);
  }

  /**
   * What the next conditional request may send; empty once the index was lost or the realm has another url.
   *
   * @throws RegistryError `unknown_realm`
   */
  getRealmValidator(realmId: string): RealmValidator {
    return selectValidator(this.#index, getRealm(this.#records, realmId));
  }

  /** @throws RegistryError `unknown_realm` */
  setRealmValidator(realmId: string, validator: RealmValidator): void {
    upsertValidator(this.#index, getRealm(this.#records, realmId), validator);
  }

  /**
   * Searches names, tags and descriptions: see {@link discover} in discover.ts for what is found and in which
   * order.
   *
   * @param realmIds default: all enabled realms; unknown and disabled ones are ignored
   * @throws RegistryError `invalid_input`
   */
  discover(query: string, realmIds?: string[], options: DiscoverOptions = {}): KataDiscoveryResult[] {
    const realms = this.getRealms();
    const searched = realms.filter((realm) => realm.enabled && (realmIds?.includes(realm.id) ?? true));
    const levels = new Map(searched.map((realm) => [realm.id, realm.trust]));
    const found: KataDiscoveryResult[] = discover(
      {
        index: this.#index,
        realms,
        realmIds: searched.map((realm) => realm.id),
        roninVersion: this.roninVersion,
      },
      query,
      options,
    );
    for (const kata of found) {
      const trust = levels.get(kata.fromRealm);
      if (trust !== undefined) kata.trust = trust;
    }
    return found;
  }

  /**
   * Whether this Ronin can use the kata, and what a person can do when it cannot.
   *
   * @throws RegistryError `invalid_input` for a range that is no semantic version
   */
  checkCompatibility(metadata: RealmKataMetadata): CompatibilityReport {
    assertVersion("minRoninVersion", metadata.minRoninVersion);
    assertVersion("maxRoninVersion", metadata.maxRoninVersion);
    return reportCompatibility(metadata, { roninVersion: this.roninVersion, hasSkill: this.#hasSkill });
  }

  // --- Requests ---

  /**
   * Opens a request for a person's decision. Asking again for a pending version returns the same request, with
   * its intent and offers replaced by those given.
   *
   * @throws RegistryError `unknown_realm`; `realm_disabled`; `unknown_kata`, also for a withdrawn version and for
   *   a name that is bound to another realm; `invalid_input`
   */
  requestInstall(
    kataName: string,
    kataVersion: string,
    fromRealm: string,
    details: RequestDetails = {},
  ): KataInstallRequest {
    const address = { kataName, kataVersion, fromRealm };
    return openRequest(this.#records, this.#index, address, details, this.#clock.now());
  }

  /** @throws RegistryError `unknown_request` */
  getRequest(id: string): KataInstallRequest {
    return getRequest(this.#records, id);
  }

  findRequest(id: string): KataInstallRequest | undefined {
    return selectRequest(this.#records, id);
  }

  /** Oldest first. Those older than 14 days become `rejected`, reason `expired`, and are left out. */
  getPendingRequests(): KataInstallRequest[] {
    return listPending(this.#records, this.#clock.now());
  }

  /** Newest first, as stored. */
  getRequests(filter: RequestFilter = {}): KataInstallRequest[] {
    return selectRequests(this.#records, filter);
  }

  /**
   * Records that a person approved, for the version they chose. It installs nothing.
   *
   * @throws RegistryError `unknown_request`; `invalid_transition`, also for an expired request; `offer_changed`;
   *   `proof_spent`; `invalid_input`
   */
  approveInstall(requestId: string, approvedBy: string, choice: ApprovalChoice = {}): KataInstallRequest {
    return approve(this.#records, requestId, approvedBy, choice, this.#clock.now());
  }

  /** Records that a person rejected. @throws RegistryError as {@link approveInstall} */
  rejectInstall(requestId: string, reason: string, decision: Rejection = {}): KataInstallRequest {
    return reject(this.#records, requestId, reason, decision, this.#clock.now());
  }

  /** The proof of a decision as it is stored, unchecked; undefined without one. @throws RegistryError `unknown_request` */
  getProof(requestId: string): unknown {
    return selectProof(this.#records, requestId);
  }

  /** Replaces what the person is shown. @throws RegistryError `unknown_request`, `invalid_transition`, `invalid_input` */
  updateOffers(requestId: string, offers: InstallOffer[]): void {
    replaceOffers(this.#records, requestId, offers);
  }

  /** Notes how far an approved install has come. @throws RegistryError `unknown_request`, `invalid_transition` */
  moveInstall(requestId: string, state: PassingState, registering?: string[]): void {
    move(this.#records, requestId, state, registering);
  }

  /**
   * Ends an approved install that stopped, with receipts for what it had registered by then.
   *
   * @throws RegistryError `unknown_request`, `invalid_transition`, `invalid_input`
   */
  failInstall(requestId: string, code: InstallErrorCode, message: string, receipts: NewReceipt[] = []): void {
    fail(this.#records, requestId, { code, message }, receipts, this.#clock.now());
  }

  /**
   * Ends an approved install that succeeded: receipts and state in one transaction, which also sees to it that
   * what is `standing` stands in the host's table.
   *
   * @throws RegistryError `unknown_request`; `invalid_transition`; `host_changed`; `invalid_input`, also when no
   *   receipt is for the request's own kata
   */
  completeInstall(
    requestId: string,
    receipts: NewReceipt[],
    standing: readonly StandingKata[] = [],
  ): KataInstallReceipt[] {
    return complete(this.#records, requestId, receipts, standing, this.#clock.now());
  }

  /** Notes that the end of an install was said on the bus. @throws RegistryError `unknown_request` */
  noteAnnounced(requestId: string): void {
    noteAnnounced(this.#records, requestId, this.#clock.now());
  }

  // --- Receipts and sources ---

  /** Newest first. Receipts are only ever added; SQLite refuses anything else. */
  getReceipts(filter: ReceiptFilter = {}): KataInstallReceipt[] {
    return selectReceipts(this.#records, filter);
  }

  /** Of each kata, version and source the newest, newest first. */
  getNewestReceipts(): KataInstallReceipt[] {
    return selectNewestReceipts(this.#records);
  }

  countReceipts(): number {
    return countReceipts(this.#records);
  }

  /**
   * All receipts as a chain, oldest first, also those whose row was edited: see `findBreaks`.
   *
   * @param from only those of the chain from this position on
   */
  getReceiptChain(from?: number): ChainedReceipt[] {
    return selectReceiptChain(this.#records, from);
  }

  /** Keeps a source that the caller has verified. The first bytes under a hash stay. */
  saveSource(hash: string, bytes: Uint8Array): void {
    insertSource(this.#records, hash, bytes);
  }

  /** Bytes as stored, to be verified like a download. */
  findSource(hash: string): Uint8Array | undefined {
    return selectSource(this.#records, hash);
  }

  /** Drops the sources that no pending or approved request offers and no receipt names. Returns how many. */
  pruneSources(): number {
    return deleteUnusedSources(this.#records);
  }

  // --- The host's own katas, read only ---

  /** @throws RegistryError `invalid_input` for a row that cannot be read */
  findHostKata(name: string, version: string): HostKata | undefined {
    return selectHostKata(this.#records, name, version);
  }

  /** Oldest first; rows that cannot be read are left out. */
  getHostKatas(): HostKata[] {
    return selectHostKatas(this.#records);
  }

  // --- What happens to a kata after its install ---

  /** Remembers when this was first seen, in milliseconds since 1970, and says whether it was told since. */
  noteSeen(notice: Notice): { firstSeenAt: number; isTold: boolean } {
    return noteSeen(this.#records, notice, this.#clock.now());
  }

  /** Takes it on to tell this: true for one caller only, in all processes together. */
  takeTelling(notice: Notice): boolean {
    return takeTelling(this.#records, notice, this.#clock.now());
  }

  /** What a person decided about a kata's updates; the defaults where nobody did. */
  getUpdateChoice(kataName: string): UpdateChoice {
    return selectUpdateChoice(this.#records, kataName);
  }

  /** Changes what is given and keeps the rest. @throws RegistryError `invalid_input` */
  chooseUpdates(kataName: string, change: Partial<Omit<UpdateChoice, "chosenBy">>, by: string): UpdateChoice {
    return updateChoice(this.#records, kataName, change, by, this.#clock.now());
  }

  /** What names a version of a kata in the host's database. */
  findDependants(name: string, version: string): Dependants {
    return selectDependants(this.#records, name, version);
  }

  /**
   * Takes a kata of ours out of the host's table, which the host's registry cannot do; source and receipt stay.
   *
   * @throws RegistryError `unknown_kata`, `host_changed`, `invalid_input`
   */
  removeHostKata(kata: { name: string; version: string }, by: string): KataRemoval {
    return removeHostKata(this.#records, kata, by, this.#clock.now());
  }

  /** What was taken out, newest first; only ever added to. */
  getRemovals(): KataRemoval[] {
    return selectRemovals(this.#records);
  }

  // --- Leases ---

  /**
   * Takes or renews a lease, so that one worker at a time does a thing across all processes. An expired one is
   * taken from its owner.
   *
   * @throws RegistryError `invalid_input` for a `ttlMs` that is no positive whole number
   */
  acquireLease(name: string, owner: string, ttlMs: number): boolean {
    return takeLease(this.#records, name, owner, ttlMs, this.#clock.now());
  }

  /** Gives up one's own lease. */
  releaseLease(name: string, owner: string): void {
    dropLease(this.#records, name, owner);
  }

  /** In one database both schemas are one transaction: a conflict in either leaves the file as it was. */
  #migrate(): void {
    const now = this.#clock.now();
    if (this.#index === this.#records) {
      migrate(this.#records, [...recordsMigrations, ...indexMigrations], now);
      return;
    }
    migrate(this.#records, recordsMigrations, now);
    migrate(this.#index, indexMigrations, now);
  }

  /** Bindings are read anew each time: another process may have changed them. */
  #mayProvide(realmId: string, name: string): boolean {
    const realms = this.getRealms();
    return realms.some((realm) => realm.id === realmId) && isOffered(realms, realmId, name);
  }
}

function withTrust(realm: Realm, trust: TrustLevel | undefined): Realm {
  return trust === undefined ? realm : { ...realm, trust };
}

function assertVersion(path: string, version: string | undefined): void {
  if (version === undefined || isRoninVersion(version)) return;
  throw new RegistryError("invalid_input", `${path}: expected a semantic version such as 0.2.0`);
}
