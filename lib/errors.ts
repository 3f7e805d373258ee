/**
 * Every error that crosses a room of this pack: a class that says where it comes from, a code from a closed
 * list that programs match on, and a sentence for a person: what was found, what was expected, what to do.
 * Messages hold no secret, no full URL and no kata source, because they end in events and logs.
 */
export abstract class RealmsError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

export type RegistryErrorCode =
  | "unknown_realm"
  | "realm_disabled"
  | "unknown_kata"
  | "ambiguous_kata"
  | "unknown_request"
  | "invalid_transition"
  | "invalid_input"
  | "hash_conflict"
  | "row_disappeared"
  | "state_mismatch"
  | "proof_spent"
  | "offer_changed"
  | "host_changed"
  | "schema_conflict"
  | "registry_busy";

/** A registry method refused. The stored state is as it was before the call. */
export class RegistryError extends RealmsError<RegistryErrorCode> {}

/** Another connection holds the write lock. Nothing was written; the same call may be tried again. */
export class RegistryBusyError extends RegistryError {
  constructor(options?: { cause?: unknown }) {
    super("registry_busy", "The database is locked by another connection; try again.", options);
  }
}

export const realmErrorCodes = [
  "invalid_url",
  "credentials_missing",
  "network",
  "timeout",
  "too_slow",
  "too_large",
  "redirect_refused",
  "http_status",
  "not_found",
  "unsupported_encoding",
  "not_json",
  "invalid_document",
  "unsupported_format",
  "wrong_realm",
  "signature_required",
  "unsigned_after_signed",
  "root_mismatch",
  "root_probe_broken",
  "signature_invalid",
  "metadata_mismatch",
  "metadata_missing",
  "metadata_expired",
  "metadata_rolled_back",
  "clock_wrong",
  "hash_conflict",
  "row_disappeared",
  "state_mismatch",
  "rolled_back",
  "equivocation",
  "pack_missing",
  "pack_corrupt",
  "registry_busy",
  "index_damaged",
  "records_damaged",
  "sync_failed",
] as const;

export type RealmErrorCode = (typeof realmErrorCodes)[number];

/** A realm could not be read, or what it sent was refused. The realm's old index is untouched. */
export class RealmError extends RealmsError<RealmErrorCode> {
  /** Milliseconds the server asked us to wait (`Retry-After`), where it did. */
  readonly retryAfterMs: number | undefined;
  /** What the server answered with, of an `http_status`. */
  readonly status: number | undefined;

  constructor(
    code: RealmErrorCode,
    message: string,
    options?: { cause?: unknown; retryAfterMs?: number; status?: number },
  ) {
    super(code, message, options);
    this.retryAfterMs = options?.retryAfterMs;
    this.status = options?.status;
  }
}

export const installErrorCodes = [
  "unknown_request",
  "request_not_pending",
  "request_expired",
  "version_not_offered",
  "offer_changed",
  "realm_disabled",
  "realm_stale",
  "kata_withdrawn",
  "incompatible_ronin",
  "missing_skills",
  "missing_kata",
  "ambiguous_kata",
  "kata_cycle",
  "plan_too_large",
  "download_failed",
  "source_too_large",
  "source_hash_mismatch",
  "source_not_text",
  "parse_failed",
  "compile_failed",
  "compiled_hash_mismatch",
  "compiled_by_other_version",
  "name_mismatch",
  "version_mismatch",
  "skills_mismatch",
  "katas_mismatch",
  "registered_with_other_bytes",
  "register_failed",
  "readback_mismatch",
  "proof_invalid",
  "host_unavailable",
  "registry_busy",
  "internal",
] as const;

export type InstallErrorCode = (typeof installErrorCodes)[number];

/** An install stopped. Nothing was registered after the step that failed, and no receipt was written. */
export class InstallError extends RealmsError<InstallErrorCode> {}

export type ApprovalErrorCode =
  | "proof_missing"
  | "proof_malformed"
  | "proof_wrong_key"
  | "proof_expired"
  | "proof_spent";

/** A decision came without the proof that a person gave it. Nothing was changed. */
export class ApprovalError extends RealmsError<ApprovalErrorCode> {}

export type SettingsErrorCode = "invalid_setting";

/** One field of the settings was refused; `path` names it (`realms.realms[0].url`). The others still count. */
export class SettingsError extends RealmsError<SettingsErrorCode> {
  readonly path: string;

  constructor(path: string, message: string) {
    super("invalid_setting", `${path}: ${message}`);
    this.path = path;
  }
}

export type HostErrorCode = "kata_classes_not_found" | "database_not_found" | "page_token_unusable";

/** The running host does not offer what the pack needs; the message lists what was looked for. */
export class HostError extends RealmsError<HostErrorCode> {}

const MAX_MESSAGE_CHARS = 1000;

/**
 * The message of anything thrown, on one line, capped and without characters that a person cannot see: it may
 * quote a name that a realm made up, and ends in logs and events.
 */
export function messageOf(error: unknown): string {
  const text = textOf(error)
    .replace(/[\s\p{Cc}\p{Cf}\p{DI}]+/gu, " ")
    .trim();
  return text.length <= MAX_MESSAGE_CHARS ? text : `${text.slice(0, MAX_MESSAGE_CHARS - 1)}…`;
}

function textOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    // An object without a prototype, or with a hostile one, cannot be turned into text.
    return "an error that cannot be shown";
  }
}
