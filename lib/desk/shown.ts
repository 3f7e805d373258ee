import type { DiffLine } from "../life/line-diff.ts";
import type { Complexity, KataStatus } from "../model/kata.ts";
import type { LockedKata } from "../model/lock.ts";
import type { CacheStrategy, RealmType } from "../model/realm.ts";
import type { TrustLevel } from "../model/trust.ts";
import type { Verification } from "../model/verification.ts";

export type { DiffLine };

/**
 * What a person is shown, as plain data: the page renders it, and its JSON routes return it. Times are
 * milliseconds since 1970. Every text comes from a realm or from the event bus and is hostile: it was stripped
 * of invisible characters and capped, and is still to be escaped. What does not exist is null.
 */

/** A realm beside anything that is of it. */
export interface RealmMark {
  id: string;
  name: string;
  type: RealmType;
  /** Null before the first sync, for the local realm, and for one that was removed. */
  trust: TrustLevel | null;
}

/** A reason with its code from the pack's closed lists. */
export interface Problem {
  code: string;
  message: string;
}

// --- Proposals ---

export interface ProposalsView {
  /** Oldest first: what waits for a decision. */
  pending: ProposalSummary[];
  /** Newest first, at most 20: approved and on its way, or decided lately. */
  recent: ProposalSummary[];
}

export interface ProposalSummary {
  id: string;
  /** `create`: approving makes a new kata here instead of installing one from a realm. */
  kind: "install" | "create";
  kataName: string;
  /** The request's own version; once decided, the one that was chosen. */
  kataVersion: string;
  realm: RealmMark;
  /** The need that led here, up to 2,000 characters. Null when a person asked for the kata by name. */
  intent: string | null;
  state: ProposalState;
  requestedAt: number;
  /** When it ends undecided. */
  expiresAt: number;
  /** Of the request's own version. */
  description: string | null;
  complexity: Complexity | null;
  /** What was offered; of a decided one too. Newest first: `["v2", "v1"]`. */
  versions: string[];
}

export type ProposalState =
  | { kind: "pending" }
  | { kind: "installing"; step: "approved" | "downloading" | "verified" | "registered" }
  | { kind: "installed"; by: string | null; at: number | null }
  | { kind: "failed"; by: string | null; at: number | null; problem: Problem }
  | { kind: "rejected"; reason: string }
  | { kind: "expired" };

/** One proposal: of an install, or of a new kata (`kind: "create"`, one version, realm `local`). */
export interface ProposalView {
  proposal: ProposalSummary;
  /** Newest first. While pending, as offered; else the decided one. */
  versions: VersionView[];
  /** The version whose contents are shown: the one asked for, else the request's own. */
  selected: VersionContent | null;
  /** Of this kata, newest first: `["v2", "v1"]`. */
  installedVersions: string[];
  receipts: ReceiptView[];
}

export interface VersionView {
  version: string;
  /** `realm:name@version` */
  qualifiedName: string;
  /** The one that is proposed; the default of the choice. */
  isProposed: boolean;
  isInstalled: boolean;
  releasedAt: number | null;
  complexity: Complexity | null;
  tags: string[];
  description: string | null;
  changes: string | null;
  status: KataStatus;
  author: string | null;
  license: string | null;
  /** An https address. Text of a realm: show where it leads. */
  documentation: string | null;
  /** Whether it can be approved now. Else `problem` or `reasons` say why not. */
  isCompatible: boolean;
  /** Sentences: what stands in the way, and notices such as that it is deprecated. */
  reasons: string[];
  /** Why nothing of it could be installed, if so; `offer_changed` when it is not what was proposed any more. */
  problem: Problem | null;
  /** Signatures of its realm, or of one that it needs, have expired: approving takes `acceptStale`. */
  isStale: boolean;
  /** Of the whole plan, each once: those with a reach first, then by name. */
  skills: SkillView[];
  /** All that would be installed, required katas first and itself last; empty when there is no plan. */
  plan: PlanStepView[];
  hashes: { source: string; compiled: string; plan: string | null } | null;
  /** The Ronin version whose compiler made the compiled hash. */
  compiledWith: string | null;
}

export interface SkillView {
  name: string;
  description: string | null;
  riskLevel: "low" | "medium" | "high" | "critical" | null;
  isPresent: boolean;
  /** What it can touch, told from its name; null: nothing of these. */
  reach: "shell" | "file" | "network" | null;
}

export interface PlanStepView {
  /** `realm:name@version` */
  qualifiedName: string;
  isInstalled: boolean;
}

/** What stands in one version, verified against its hash before anything of it is shown. */
export interface VersionContent {
  version: string;
  source: { kind: "text"; text: string } | ({ kind: "unavailable" } & Problem);
  /** Null without a source, or when it does not compile here. */
  graph: GraphView | null;
  /**
   * `matches`: this Ronin compiles it to the promised hash. `other_compiler`: another Ronin version made that
   * hash, and approving needs the person to accept it. `differs`: it cannot be installed. Null: not known.
   */
  compiled: "matches" | "other_compiler" | "differs" | null;
  /** Against the newest installed version; null without one, or when it is this very version. */
  diff: { against: string; lines: DiffLine[] } | null;
}

export interface GraphView {
  initial: string;
  /** In source order. */
  phases: PhaseView[];
}

export interface PhaseView {
  name: string;
  action: "run" | "spawn" | "wait";
  /** The skill, `kata@version`, or event. */
  target: string;
  next: string | null;
  terminal: "complete" | "fail" | null;
}

export interface ReceiptView {
  id: string;
  qualifiedName: string;
  realm: RealmMark;
  installedAt: number;
  installedBy: string;
  /** False when the person accepted another compiler's hash. */
  checksumVerified: boolean;
  sourceHash: string;
  compiledHash: string;
  /** What its realm was worth at that time. */
  trust: TrustLevel | null;
  requestId: string | null;
}

// --- Browse ---

export interface SearchQuery {
  /** What was typed. Blank: everything. */
  text: string;
  realm: string | null;
  tag: string | null;
  complexity: Complexity | null;
  /** Only katas of which some version misses no skill here. */
  hasSkills: boolean;
}

export interface BrowseView {
  query: SearchQuery;
  results: SearchHit[];
  /** There are more than the 20 shown. */
  hasMore: boolean;
  /** The enabled realms, for the filter. */
  realms: RealmMark[];
  /** Versions in the index of all realms; 0: nothing was synced yet. */
  indexedVersions: number;
}

/** One kata of one realm. The same name in another realm is another hit. */
export interface SearchHit {
  realm: RealmMark;
  name: string;
  /** The newest that can be installed here, else the newest. Description, tags and so on are of this one. */
  version: string;
  description: string | null;
  complexity: Complexity;
  tags: string[];
  versionCount: number;
  isInstalled: boolean;
  isCompatible: boolean;
  missingSkills: string[];
}

/** A kata's page. Installing opens a proposal: the same decision as any. */
export interface KataView {
  realm: RealmMark;
  name: string;
  /** Newest first, withdrawn ones too. */
  versions: VersionView[];
  selected: VersionContent | null;
  installedVersions: string[];
  /** A proposal of this kata that waits already. */
  pendingProposalId: string | null;
}

// --- Installed ---

export interface InstalledView {
  /** By name, newest version first; what a person took out is not among them. */
  katas: InstalledEntry[];
  /** This Ronin is known to register katas and to run none. */
  isIdle: boolean;
}

/** One version of a kata that has a receipt. */
export interface InstalledEntry {
  name: string;
  version: string;
  realm: RealmMark;
  installedAt: number;
  installedBy: string;
  /** Whether the host has what the receipt names. A `lost` one can be put back. */
  standing: "intact" | "altered" | "lost" | "removed";
  troubles: TroubleView[];
  /** Of the newest installed version of its name only. */
  update: UpdateOffer | null;
  choice: { isPinned: boolean; skipped: string[]; minAgeDays: number };
}

/** Why it should not go on as it is. Nothing of it is ended by itself. */
export interface TroubleView {
  kind: "withdrawn" | "deprecated" | "incompatible";
  reason: string | null;
  replacedBy: { qualifiedName: string; realm: string; name: string; version: string } | null;
}

/** A newer version of the same realm. */
export interface UpdateOffer {
  version: string;
  changes: string | null;
  /** Skills that the installed version does not require. */
  newSkills: string[];
  /** Until when the cool-down holds it back; null when it is over. */
  waitsUntil: number | null;
  /** The proposal that waits for a decision on it. */
  proposalId: string | null;
}

/** One installed version with what can be done about it. */
export interface InstalledKataView {
  kata: InstalledEntry;
  receipt: ReceiptView;
  /** More about `kata.update`. The diff is null while the new source is not kept here. */
  update: { goneSkills: string[]; newKatas: string[]; diff: VersionContent["diff"] } | null;
  /** Whether its realm may ever offer another version: a kata of this Ronin's own has none. */
  hasUpdates: boolean;
  dependants: { katas: string[]; contracts: string[]; tasks: Array<{ id: string; state: string }> };
  /** In the syntax of this host, which has not got it; null where its syntax is not known. */
  contract: string | null;
  isIdle: boolean;
  /** Who took it out, when `standing` says so. */
  removed: { at: number; by: string } | null;
}

// --- Realms ---

export interface RealmsView {
  realms: RealmView[];
}

export interface RealmView extends RealmMark {
  url: string | null;
  mirrors: string[];
  enabled: boolean;
  /** `config`: the host's config file decides, so the page cannot remove it. `page`: added by a person here. */
  origin: "config" | "page" | "builtin";
  cacheStrategy: CacheStrategy;
  /** Name patterns that nobody else may provide: `acme.*`. */
  names: string[];
  /** SHA-256 of the first root that was met, 64 hex digits; null for an unsigned realm. */
  fingerprint: string | null;
  /** Until when its signatures hold. */
  signedUntil: number | null;
  lastSyncedAt: number | null;
  lastAttemptAt: number | null;
  /** Set while the last attempt is one that failed: the old index stays in use. */
  failure: Problem | null;
  katas: number;
  versions: number;
  isSyncing: boolean;
  /** How far that sync is; null where there is none, and before anything is known. */
  progress: SyncProgress | null;
}

/** `waiting`: another process of this Ronin syncs, and this one comes after it. */
export interface SyncProgress {
  step: "waiting" | "receiving" | "indexing";
  /** Bytes received, or rows taken into the index. */
  done: number;
  /** Null where nobody knows. */
  of: number | null;
}

/** What a realm showed when it was asked, before anybody trusts it. Nothing is stored yet. */
export interface RealmPreview {
  /** Names this preview when it is confirmed; good once, for ten minutes. */
  ticket: string;
  id: string;
  name: string;
  url: string;
  /** `signed`: compare the fingerprint with what the publisher says. */
  signing: { kind: "signed"; fingerprint: string } | { kind: "unsigned" };
}

// --- History ---

export interface HistoryFilter {
  /** Part of a kata's name. */
  text: string;
  realm: string | null;
  outcome: "all" | "pending" | "installed" | "failed" | "rejected";
}

export interface HistoryView {
  filter: HistoryFilter;
  /** Newest first, at most 200. */
  entries: HistoryEntry[];
  hasMore: boolean;
  realms: RealmMark[];
}

/** One request and what came of it. */
export interface HistoryEntry {
  proposal: ProposalSummary;
  receipts: ReceiptView[];
}

export interface ReceiptsView {
  /** Every receipt there is, newest first. */
  receipts: ReceiptView[];
}

// --- Status ---

export interface StatusView {
  /** Proposals that wait for a decision. */
  pending: number;
  /** Approved installs that have not ended: under way, put off, or interrupted. */
  unfinished: number;
  receipts: number;
  /** What is installed, held against its receipts by its bytes; nothing is compiled for it. */
  verification: Verification;
}

// --- Locks ---

/** A lock held against this Ronin, in the lock's order. */
export interface LockView {
  entries: LockEntryView[];
}

export interface LockEntryView {
  kata: LockedKata;
  /** `realm:name@version` */
  qualifiedName: string;
  /** `present`: the host has these bytes. `install`: its realm offers them. `refused`: neither, see `problem`. */
  state: "present" | "install" | "refused";
  problem: Problem | null;
  /** What a person can do about it, a command where there is one. */
  fix: string | null;
  /** What would be installed. */
  offered: VersionView | null;
}

// --- Live ---

/**
 * What the stream (`text/event-stream`) brings, as the JSON of an unnamed event's `data`. `hello` comes first,
 * also after each reconnection: then what is shown may be old, so read it again.
 */
export type LiveMessage =
  | { kind: "hello"; pending: number }
  /** A proposal opened, was decided, moved on, ended. Read it again. */
  | { kind: "proposal"; id: string; pending: number }
  /** A decision was refused, with the code of the proof's error. */
  | { kind: "unconfirmed"; id: string; code: string }
  /** A sync of a realm began, ended or failed, or the realm was changed. */
  | { kind: "realm"; id: string; isSyncing: boolean }
  /** How far its sync is, at most twice a second. */
  | { kind: "progress"; id: string; progress: SyncProgress | null }
  /** Something about installed katas. */
  | { kind: "katas" };
