import type { StatusView } from "../../desk/shown.ts";
import { ApprovalError, messageOf } from "../../errors.ts";
import { readApprovalKey } from "../../runtime/approval-key.ts";
import { approvalKeyPath } from "../../runtime/paths.ts";
import type { DeskContext } from "../desk/with-desk.ts";
import { countOf, toFields } from "../format.ts";
import { isHostUp } from "../host-client.ts";
import type { Report } from "../print.ts";
import { toRealmsLines } from "../realm-lines.ts";
import { isSound, toSummary } from "./verify.ts";

/** `realms status`: whether Ronin answers, who may decide, what waits, and how fresh each realm is. */
export async function showStatus({ desk, host, around }: DeskContext): Promise<Report> {
  const isUp = desk.via === "page" || (await isHostUp(host.port));
  const status = await desk.status();
  const { realms } = await desk.realms();
  const approvals = host.note?.approvals;
  const path = approvalKeyPath(around.env);
  const key = { path, state: keyState(path) };
  return {
    json: {
      host: { isUp, port: host.port, databasePath: host.databasePath, approvals: approvals ?? null },
      approvalKey: key,
      ...status,
      realms,
    },
    lines: [
      ...toFields(
        [
          ["Ronin", `${isUp ? "answers" : "does not answer"} on 127.0.0.1:${host.port}`],
          ["Database", host.databasePath],
          ["Approvals", approvals ?? "unknown until Ronin has run with the pack"],
          ["Key", `${key.path} (${key.state})`],
          ...toCounts(status),
        ],
        0,
      ),
      "",
      ...toRealmsLines(realms),
    ],
  };
}

function toCounts({
  pending,
  unfinished,
  receipts,
  verification,
}: StatusView): Array<[string, string | undefined]> {
  return [
    ["Waiting", `${countOf(pending, "request", "requests")}${pending === 0 ? "" : ": realms pending"}`],
    ["Unfinished", toUnfinished(unfinished)],
    ["Installed", `${countOf(receipts, "receipt", "receipts")}${receipts === 0 ? "" : ": realms receipts"}`],
    ["Verified", `${toSummary(verification)}${isSound(verification) ? "" : ": realms verify"}`],
  ];
}

function toUnfinished(unfinished: number): string | undefined {
  if (unfinished === 0) return undefined;
  return `${countOf(unfinished, "install", "installs")}: under way, or taken up when Ronin starts`;
}

function keyState(path: string): string {
  try {
    return readApprovalKey(path) === undefined ? "missing: start Ronin once with the pack" : "ready";
  } catch (error) {
    if (error instanceof ApprovalError) return `unusable: ${messageOf(error)}`;
    throw error;
  }
}
