import { ApprovalError, messageOf } from "../../errors.ts";
import { isUnfinished } from "../../install/installer.ts";
import type { Realm } from "../../model/realm.ts";
import type { RealmsRegistry, SyncStatus } from "../../registry/registry.ts";
import { retryBusy } from "../../registry/retry.ts";
import { readApprovalKey } from "../../runtime/approval-key.ts";
import { approvalKeyPath } from "../../runtime/paths.ts";
import type { CommandContext } from "../context.ts";
import { countOf, toFields, toIsoTime } from "../format.ts";
import { isHostUp } from "../host-client.ts";
import type { Report } from "../print.ts";
import { isSound, toSummary, verifyHere } from "./verify.ts";

interface RealmStatus {
  realm: Realm;
  sync: SyncStatus;
  katas: number;
  versions: number;
}

/** `realms status`: whether Ronin answers, who may decide, and how fresh each realm is. */
export async function showStatus(context: CommandContext): Promise<Report> {
  const { registry, host, around } = context;
  const isUp = await isHostUp(host.port);
  const { realms, pending, unfinished, receipts } = await retryBusy(() => readCounts(registry));
  const approvals = host.note?.approvals;
  const verification = await verifyHere(context);
  const key = { path: approvalKeyPath(around.env), state: keyState(approvalKeyPath(around.env)) };
  return {
    json: {
      host: { isUp, port: host.port, databasePath: host.databasePath, approvals: approvals ?? null },
      approvalKey: key,
      pending,
      unfinished,
      receipts,
      verification,
      realms: realms.map(({ realm, ...status }) => ({ ...withoutKeyName(realm), ...status })),
    },
    lines: [
      ...toFields(
        [
          ["Ronin", `${isUp ? "answers" : "does not answer"} on 127.0.0.1:${host.port}`],
          ["Database", host.databasePath],
          ["Approvals", approvals ?? "unknown until Ronin has run with the pack"],
          ["Key", `${key.path} (${key.state})`],
          ["Waiting", `${countOf(pending, "request", "requests")}${pending === 0 ? "" : ": realms pending"}`],
          ["Unfinished", toUnfinished(unfinished)],
          [
            "Installed",
            `${countOf(receipts, "receipt", "receipts")}${receipts === 0 ? "" : ": realms receipts"}`,
          ],
          ["Verified", `${toSummary(verification)}${isSound(verification) ? "" : ": realms verify"}`],
        ],
        0,
      ),
      "",
      ...toRealmLines(realms),
    ],
  };
}

interface Counts {
  realms: RealmStatus[];
  pending: number;
  /** Approved installs that have not ended: under way, put off, or interrupted. */
  unfinished: number;
  receipts: number;
}

function readCounts(registry: RealmsRegistry): Counts {
  return {
    unfinished: registry.getRequests({ status: "approved" }).filter(isUnfinished).length,
    pending: registry.getPendingRequests().length,
    receipts: registry.countReceipts(),
    realms: registry.getRealms().map((realm) => ({
      realm,
      sync: registry.getSyncStatus(realm.id),
      katas: registry.countKatas(realm.id),
      versions: registry.countVersions(realm.id),
    })),
  };
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

function toRealmLines(realms: readonly RealmStatus[]): string[] {
  if (realms.length === 0) {
    return ["No realm is registered. Start Ronin with the pack, and list realms in its config."];
  }
  return realms.flatMap(({ realm, sync, katas, versions }, position) => [
    ...(position === 0 ? [] : [""]),
    ...toFields([["Realm", `${realm.id} (${realm.type}${realm.enabled ? "" : ", disabled"})`]], 0),
    ...toFields([
      ["name", realm.name],
      ["from", realm.url],
      ["trust", realm.trust],
      ["holds", `${countOf(katas, "kata", "katas")} in ${countOf(versions, "version", "versions")}`],
      ["synced", sync.lastSyncedAt === undefined ? "never" : toIsoTime(sync.lastSyncedAt)],
      ["failed", toFailure(sync)],
    ]),
  ]);
}

function toFailure({ failureCode, failureMessage, lastAttemptAt }: SyncStatus): string | undefined {
  if (failureCode === undefined) return undefined;
  return `${toIsoTime(lastAttemptAt)}, ${failureCode}: ${failureMessage ?? ""}`;
}

/** Which variable holds a key is for the host's config, not for a report that people pass on. */
function withoutKeyName({ apiKeyEnv: _apiKeyEnv, ...realm }: Realm): Omit<Realm, "apiKeyEnv"> {
  return realm;
}
