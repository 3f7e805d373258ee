import type { InstallErrorCode } from "../errors.ts";
import type { RealmKataMetadata } from "./kata.ts";
import type { TrustLevel } from "./trust.ts";

/** The guide's three values: a person's decision, not the progress of an install. */
export type RequestStatus = "pending" | "approved" | "rejected";

/** How far an approved install has come. Null until it starts. */
export type InstallState = "downloading" | "verified" | "registered" | "installed" | "failed";

/** A request for a person's decision: the guide's fields, and what this pack keeps beside them. */
export interface KataInstallRequest {
  id: string;
  kataName: string;
  kataVersion: string;
  fromRealm: string;
  /** Milliseconds since 1970. */
  requestedAt: number;
  status: RequestStatus;
  approvedAt?: number;
  approvedBy?: string;
  /** Why it was rejected. */
  reason?: string;
  /** `create` when approving it makes a new kata here instead of installing one from a realm. */
  kind?: "create";
  /** The need that led here. */
  intent?: string;
  installState?: InstallState;
  failureCode?: InstallErrorCode;
  failureMessage?: string;
  /** The person accepted, for this install, a graph compiled by another Ronin version. */
  acceptOtherCompiler?: true;
  /** The person accepted, for this install, that a realm's signatures have expired. */
  acceptStale?: true;
  /** Made with the approval key when the decision was taken; see `createVoucher`. Checked before every install. */
  voucher?: ApprovalVoucher;
  /** `name@version` of what this install registers or has registered, noted before the first of them. */
  registering?: string[];
  /** When the end of the install was said on the bus, in milliseconds since 1970. */
  announcedAt?: number;
  /** What the person was shown: one entry a version. */
  offers?: InstallOffer[];
}

/** The host's own signature under a decision that it accepted. */
export interface ApprovalVoucher {
  nonce: string;
  /** HMAC-SHA-256 as 64 hex digits. */
  mac: string;
}

/** One version as it was offered. Approval is for exactly these hashes; when they change, we ask again. */
export interface InstallOffer {
  version: string;
  sourceHash: string;
  compiledHash: string;
  planHash: string;
}

/** Whether two offers are of the very same contents. */
export function isSameOffer(one: InstallOffer, other: InstallOffer): boolean {
  return (
    one.version === other.version &&
    one.sourceHash === other.sourceHash &&
    one.compiledHash === other.compiledHash &&
    one.planHash === other.planHash
  );
}

/** Everything an approval would install, required katas first and the kata itself last. */
export interface InstallPlan {
  steps: PlanStep[];
  /** Skills of all steps, each once. */
  requiredSkills: string[];
  missingSkills: string[];
  /** Digest over every step's qualified name and hashes: what the approval vouches for. */
  planHash: string;
}

export interface PlanStep {
  realm: string;
  kata: RealmKataMetadata;
  /** True when the host has it already, with the same bytes. */
  isInstalled: boolean;
}

/** Proof that a kata was installed: the guide's fields. Receipts are only ever added. */
export interface KataInstallReceipt {
  id: string;
  kataName: string;
  kataVersion: string;
  fromRealm: string;
  /** Milliseconds since 1970. */
  installedAt: number;
  /** False when a person accepted a compiled hash made by another Ronin version's compiler. */
  checksumVerified: boolean;
  sourceHash: string;
  compiledHash: string;
  installedBy: string;
  /** The request that a person approved. */
  requestId?: string;
  /** How much stood behind its realm at that time. Missing for what no realm was followed for. */
  trust?: TrustLevel;
}

/** A pending request that nobody decided ends after this long, as rejected with the reason `expired`. */
export const REQUEST_TTL_MS = 14 * 24 * 3_600_000;
export const EXPIRED_REASON = "expired";
/** A pending request whose contents changed ends with this reason, and a new one takes its place. */
export const SUPERSEDED_REASON = "superseded";

/** Whether nobody decided in time, or the row says so already. */
export function isExpired(request: KataInstallRequest, now: number): boolean {
  if (request.status === "pending") return now - request.requestedAt >= REQUEST_TTL_MS;
  return request.status === "rejected" && request.reason === EXPIRED_REASON;
}

const statusChanges: Record<RequestStatus, readonly RequestStatus[]> = {
  pending: ["approved", "rejected"],
  approved: [],
  rejected: [],
};

/** A decision is taken once; nothing follows it. */
export function canChangeStatus(from: RequestStatus, to: RequestStatus): boolean {
  return statusChanges[from].includes(to);
}

/**
 * An interrupted install starts over at `downloading`, however far it came: each step is idempotent.
 * `installed` and `failed` are final; a person approves a new request to try again.
 */
const stateChanges: Record<InstallState | "none", readonly InstallState[]> = {
  none: ["downloading", "failed"],
  downloading: ["downloading", "verified", "failed"],
  verified: ["downloading", "registered", "failed"],
  registered: ["downloading", "installed", "failed"],
  failed: [],
  installed: [],
};

export function canChangeInstallState(from: InstallState | undefined, to: InstallState): boolean {
  return stateChanges[from ?? "none"].includes(to);
}
