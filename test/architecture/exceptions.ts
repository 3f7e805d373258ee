import type { Violation } from "./violation.ts";

/** One violation that is meant, and why. Whatever else the file does wrong is still reported. */
export interface Exception {
  file: string;
  rule: Violation["rule"];
  /** Only violations whose detail holds this text. Default: all of this file under this rule. */
  detail?: string;
  reason: string;
}

export const exceptions: readonly Exception[] = [
  {
    file: "lib/cli/host-client.ts",
    rule: "fetch",
    reason: "The command posts a decision to the running host's own port, which is not a realm.",
  },
  {
    file: "lib/runtime/database-path.ts",
    rule: "sql",
    detail: "PRAGMA database_list",
    reason: "Asks the host which file its connection has open, before there is a registry to ask.",
  },
  {
    file: "lib/events.ts",
    rule: "rank",
    detail: "lib/trust/approval-proof.ts",
    reason: "The proof travels in two events; its schema stays beside the code that makes and verifies it.",
  },
];

export function isExcepted(violation: Violation): boolean {
  return exceptions.some((exception) => covers(exception, violation));
}

export function covers(exception: Exception, violation: Violation): boolean {
  return (
    exception.file === violation.file &&
    exception.rule === violation.rule &&
    (exception.detail === undefined || violation.detail.includes(exception.detail))
  );
}
