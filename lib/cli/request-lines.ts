import type { OfferedVersion } from "../install/offered-versions.ts";
import type { KataInstallRequest } from "../model/install.ts";
import { labelOf, type ShownRequest } from "./find-request.ts";
import { toFields, toIsoTime } from "./format.ts";
import type { Line } from "./print.ts";
import { toVersionLines } from "./version-lines.ts";

/** What is known of the request itself, whatever became of it. */
export function toRequestLines(request: ShownRequest): string[] {
  const { failureCode, failureMessage } = request;
  return [
    `${request.kind === "create" ? "A new kata" : "A kata"} ${statusText(request)}.`,
    ...toFields([
      ["request", request.id],
      ["kata", labelOf(request)],
      ["trust", request.trust],
      ["need", request.intent],
      ["asked", toIsoTime(request.requestedAt)],
      ["approved", request.approvedAt === undefined ? undefined : toIsoTime(request.approvedAt)],
      ["by", request.approvedBy],
      ["reason", request.reason],
      ["failed", failureCode === undefined ? undefined : `${failureCode}: ${failureMessage ?? ""}`],
    ]),
  ];
}

/** Every version, each under its own heading. */
export function toAllVersionLines(request: KataInstallRequest, versions: readonly OfferedVersion[]): Line[] {
  return versions.flatMap((offered) => ["", ...toVersionLines(offered, request.kataVersion)]);
}

function statusText({ status, installState }: KataInstallRequest): string {
  if (status === "pending") return "waits for a decision";
  if (status === "rejected") return "was rejected";
  if (installState === "installed") return "was approved and is installed";
  if (installState === "failed") return "was approved, but its install failed";
  return "was approved and is being installed";
}
