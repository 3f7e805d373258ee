import { resolve } from "node:path";
import { changeStatus, type StatusChange } from "../../publish/change-status.ts";
import type { FolderContext } from "../folder-context.ts";
import { parseMoment } from "../moment.ts";
import type { Report } from "../print.ts";
import { toPublishFields } from "../publish-lines.ts";

export interface StatusOptions {
  out: string;
  reason: string;
  replacedBy?: string | undefined;
  now?: string | undefined;
}

/**
 * `realms deprecate|withdraw <name@version> --out <folder> --reason …`: publishes that a version should no longer
 * be used.
 *
 * @throws PublishError; CommandError `usage`
 */
export async function changeStatusCommand(
  { around }: FolderContext,
  status: StatusChange["status"],
  kata: string,
  options: StatusOptions,
): Promise<Report> {
  const { reason, replacedBy, out } = options;
  const now = parseMoment("--now", options.now) ?? around.clock.now();
  const outcome = await changeStatus({
    out: resolve(around.cwd, out),
    kata,
    status,
    reason,
    replacedBy,
    now,
  });
  const { isChanged, pointer, written, removed } = outcome;
  return {
    json: {
      outcome: isChanged ? "published" : "unchanged",
      realm: pointer.realm,
      seq: pointer.seq,
      kata: outcome.kata,
      status,
      written,
      removed,
    },
    lines: toPublishFields(outcome, out, [
      [status, outcome.kata],
      ["reason", reason],
      ["instead", replacedBy],
    ]),
  };
}
