import { HostError } from "../../errors.ts";
import type { HostApi } from "../../host.ts";
import type { Log } from "../../log.ts";
import { readApprovalKey } from "../../runtime/approval-key.ts";
import type { HostSession } from "../../runtime/host-session.ts";
import { approvalKeyPath, indexPathFor } from "../../runtime/paths.ts";
import { createReceiptHeads } from "../../runtime/receipt-heads.ts";
import { createUseCases } from "../../runtime/use-cases.ts";
import { type CommandContext, type GlobalOptions, withHost } from "../context.ts";
import type { FolderContext } from "../folder-context.ts";
import { roninIsDown } from "../host-client.ts";
import { loadPublishingHost } from "../publishing-host.ts";
import type { Surroundings } from "../surroundings.ts";
import type { CommandDesk } from "./command-desk.ts";

/**
 * The desk over the files of a Ronin that is down: the same use cases, with nobody on the bus to hear of it, and
 * with a compiler that only shows what a kata is made of.
 *
 * @throws CommandError `database_not_found`, `database_unreadable`; and whatever `run` throws
 */
export async function withFilesDesk<Result>(
  options: GlobalOptions,
  { around, say }: FolderContext,
  run: (desk: CommandDesk) => Promise<Result>,
): Promise<Result> {
  return await withHost(options, around, say, async (records) => {
    const { syncer, openDesk } = createUseCases(toParts(records));
    const desk = openDesk();
    const refuse = () => Promise.reject(roninIsDown(records.host.port));
    try {
      return await run({ via: "files", ...desk, approve: refuse, reject: refuse });
    } finally {
      desk.close();
      syncer.stop();
    }
  });
}

function toParts({ around, host, registry }: CommandContext): Parameters<typeof createUseCases>[0] {
  const { databasePath } = host;
  return {
    api: silentApi,
    log: silentLog,
    clock: around.clock,
    session: createSession(around),
    registry,
    // Nothing is decided here, so nothing is signed.
    approvals: { mode: "event" },
    databasePath,
    indexPath: indexPathFor(databasePath),
    heads: createReceiptHeads(databasePath, () => readApprovalKey(approvalKeyPath(around.env)), around.env),
  };
}

function createSession(around: Surroundings): HostSession {
  const down = new HostError("kata_classes_not_found", "Ronin is down; start it first.");
  return {
    servesHttp: false,
    // Only the running Ronin knows; none is called missing without having looked.
    hasSkill: () => true,
    tools: () => [],
    kataHost: () => Promise.reject(down),
    async installHost() {
      const host = await loadPublishingHost(undefined, around);
      return { ...host, registry: { register: () => Promise.reject(down) } };
    },
    version: () => Promise.reject(down),
  };
}

const silentApi: HostApi = {
  events: { emit: () => {}, on: () => {}, off: () => {} },
  db: { query: async () => [], execute: async () => {} },
  plugins: { has: () => false },
};

/** What goes wrong reaches the person as an error, or as a realm's last result. */
const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
