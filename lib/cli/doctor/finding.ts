export type FindingCode =
  | "approval_key"
  | "approvals_by_event"
  | "clock_skew"
  | "database"
  | "dojo_stub"
  | "host_down"
  | "host_unknown"
  | "host_version"
  | "install_unfinished"
  | "kata_deprecated"
  | "kata_incompatible"
  | "kata_withdrawn"
  | "no_realm"
  | "open_approvals"
  | "pack_incomplete"
  | "pack_linked"
  | "pack_misplaced"
  | "pack_missing"
  | "pack_version"
  | "page_unusable"
  | "realm_failed"
  | "realm_never_synced"
  | "realm_outdated"
  | "realm_stale"
  | "setting_ignored"
  | "share_refused"
  | "skills_missing";

/** One thing that `realms doctor` saw, with what to do about it. */
export interface Finding {
  code: FindingCode;
  /** A `problem` keeps something from working; a `notice` is worth knowing. */
  level: "problem" | "notice";
  found: string;
  fix: string;
}

export function problem(code: FindingCode, found: string, fix: string): Finding {
  return { code, level: "problem", found, fix };
}

export function notice(code: FindingCode, found: string, fix: string): Finding {
  return { code, level: "notice", found, fix };
}
