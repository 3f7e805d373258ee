import { resolve } from "node:path";
import { buildRealm } from "../../publish/build-realm.ts";
import { toBuiltReport } from "../built-report.ts";
import { CommandError } from "../command-error.ts";
import type { FolderContext } from "../folder-context.ts";
import { parseMoment } from "../moment.ts";
import type { Report } from "../print.ts";
import { createProgress } from "../progress.ts";
import { loadPublishingHost } from "../publishing-host.ts";

export interface BuildCommandOptions {
  out: string;
  realm?: string | undefined;
  name?: string | undefined;
  notice?: string | undefined;
  now?: string | undefined;
  ronin?: string | undefined;
}

/**
 * `realms build <katas> --out <folder>`: publishes what is new in a folder of katas.
 *
 * @throws PublishError with every problem; CommandError `usage`, `ronin_not_found`, `folder_not_found`,
 *   `interrupted`
 */
export async function buildCommand(
  { around, isJson }: FolderContext,
  katas: string,
  options: BuildCommandOptions,
): Promise<Report> {
  const now = parseMoment("--now", options.now) ?? around.clock.now();
  const host = await loadPublishingHost(options.ronin, around);
  const say = createProgress(around, isJson);
  const outcome = await buildRealm(
    {
      katas: resolve(around.cwd, katas),
      out: resolve(around.cwd, options.out),
      realm: options.realm,
      name: options.name,
      notice: options.notice,
      now,
    },
    {
      host,
      signal: around.signal,
      onProgress: (done, total) => say(() => `read ${done} of ${total} katas`),
      onWrite: (path) => say(() => `writing ${path}`),
    },
  ).catch((error: unknown) => {
    throw toCommandError(error, katas, around.signal);
  });
  const gone = "has no file any more";
  return toBuiltReport(outcome, { out: options.out, version: host.version, gone });
}

function toCommandError(error: unknown, katas: string, signal: AbortSignal): unknown {
  if (signal.aborted) return new CommandError("interrupted", "Interrupted. Nothing was published.");
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
  if (!isMissing) return error;
  return new CommandError("folder_not_found", `There is no folder of katas at ${katas}.`, { cause: error });
}
