import {
  messageOf,
  RealmError,
  type RealmErrorCode,
  RegistryError,
  type RegistryErrorCode,
} from "../errors.ts";
import { toPlainText } from "../model/text.ts";
import { isDamage } from "../registry/damaged-index.ts";
import type { IndexChanges } from "../registry/registry.ts";
import type { FailedRealm, SyncedRealm } from "./job.ts";

const MAX_MESSAGE_CHARS = 400;

export function toSynced(realmId: string, changes: IndexChanges): SyncedRealm {
  const { added, updated, withdrawn, unchanged } = changes;
  return { kind: "synced", realmId, added, updated, withdrawn, unchanged };
}

/** Whatever stopped a realm's sync, as a value: one realm's failure is an expected outcome of a run. */
export function toFailed(realmId: string, error: unknown): FailedRealm {
  const failed: FailedRealm = {
    kind: "failed",
    realmId,
    code: codeOf(error),
    // A realm's texts may be quoted in it, so it gets what they get.
    message: toPlainText(messageOf(error), MAX_MESSAGE_CHARS),
  };
  const retryAfterMs = error instanceof RealmError ? error.retryAfterMs : undefined;
  return retryAfterMs === undefined ? failed : { ...failed, retryAfterMs: Math.ceil(retryAfterMs) };
}

/** What the registry refuses in a realm's rows. Its other codes are mistakes of ours: `sync_failed`. */
const refusals: Partial<Record<RegistryErrorCode, RealmErrorCode>> = {
  hash_conflict: "hash_conflict",
  row_disappeared: "row_disappeared",
  state_mismatch: "state_mismatch",
  registry_busy: "registry_busy",
  invalid_input: "invalid_document",
};

function codeOf(error: unknown): RealmErrorCode {
  if (error instanceof RealmError) return error.code;
  if (isDamage(error)) return "index_damaged";
  if (error instanceof RegistryError) return refusals[error.code] ?? "sync_failed";
  return "sync_failed";
}
