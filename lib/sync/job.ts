import * as z from "zod";
import { realmErrorCodes } from "../errors.ts";
import { type Realm, realmIdSchema, realmSchema } from "../model/realm.ts";
import { type RealmTrust, realmTrustSchema } from "../trust/trust-level.ts";

/**
 * What the child is told, as one JSON line on its stdin. API keys are in here and nowhere else: arguments and
 * environment of a process can be read by others.
 */
export interface SyncJob {
  /** The index file. The child is the only one that writes it. */
  indexPath: string;
  /** The host's database file, opened for reading when the local realm is synced. */
  recordsPath: string;
  /** The realms to sync, with their API keys. */
  realms: Realm[];
  /** Every registered realm. What the index holds of any other is dropped: it was removed during a sync. */
  knownRealmIds: string[];
  /** What is remembered of the realms' signatures; one that is missing is met for the first time. */
  trust?: Record<string, RealmTrust> | undefined;
  /** Realms that a person reset: what the index holds of them gives way to whatever they say now. */
  resetRealmIds?: string[] | undefined;
  limits: SyncLimits;
}

export interface SyncLimits {
  /** Milliseconds one realm may take, waiting and writing. Its own requests have shorter limits. */
  realmTimeoutMs: number;
  /** How many realms are read at the same time. */
  maxParallel: number;
}

export const defaultSyncLimits: SyncLimits = { realmTimeoutMs: 5 * 60_000, maxParallel: 4 };

/** What became of one realm: one JSON line on the child's stdout. */
export type RealmOutcome = SyncedRealm | FailedRealm;
export type SyncedRealm = z.infer<typeof syncedSchema>;
export type FailedRealm = z.infer<typeof failedSchema>;

/** How far the sync of one realm is; before its outcome, a few lines a second at most. */
export type RealmProgress = z.infer<typeof progressSchema>;

/** Runs a job somewhere and hands over each outcome as it comes. Rejects when the run as a whole broke. */
export type RunSyncJob = (
  job: SyncJob,
  onOutcome: (outcome: RealmOutcome) => void,
  signal: AbortSignal,
  onProgress?: (progress: RealmProgress) => void,
) => Promise<void>;

export const MAX_OUTCOME_BYTES = 8 * 1024;
export const MAX_JOB_BYTES = 16 * 1024 * 1024;
const MAX_MESSAGE_CHARS = 500;
/** For starting the child and for the last write, which nothing can interrupt. */
const RUN_SLACK_MS = 120_000;

const count = z.int().nonnegative();

const syncedSchema = z.object({
  kind: z.literal("synced"),
  realmId: realmIdSchema,
  added: count,
  updated: count,
  withdrawn: count,
  unchanged: count,
  /** Katas of the host's own that no realm could list, local realm only. */
  leftOut: count.optional(),
  /** What is to be remembered of the realm's signatures. */
  trust: realmTrustSchema.optional(),
});

const failedSchema = z.object({
  kind: z.literal("failed"),
  realmId: realmIdSchema,
  code: z.enum(realmErrorCodes),
  message: z.string().max(MAX_MESSAGE_CHARS),
  /** Milliseconds the realm's server asked us to wait. */
  retryAfterMs: count.optional(),
});

const progressSchema = z.object({
  kind: z.literal("progress"),
  realmId: realmIdSchema,
  step: z.enum(["receiving", "indexing"]),
  /** Bytes received, or rows taken into the index. */
  done: count,
  /** Null where nobody knows. */
  of: count.nullable(),
});

/** What the child may write. */
export const syncLineSchema = z.discriminatedUnion("kind", [syncedSchema, failedSchema, progressSchema]);

export const syncJobSchema = z.object({
  indexPath: z.string().min(1),
  recordsPath: z.string().min(1),
  realms: z.array(realmSchema),
  knownRealmIds: z.array(z.string()),
  trust: z.record(realmIdSchema, realmTrustSchema).optional(),
  resetRealmIds: z.array(z.string()).optional(),
  limits: z.object({ realmTimeoutMs: z.int().positive(), maxParallel: z.int().positive() }),
}) satisfies z.ZodType<SyncJob>;

/** Milliseconds after which a job cannot be alive any more: every realm at its limit, `maxParallel` at a time. */
export function maxRunMs({ realms, limits }: Pick<SyncJob, "realms" | "limits">): number {
  return Math.ceil(realms.length / limits.maxParallel) * limits.realmTimeoutMs + RUN_SLACK_MS;
}
