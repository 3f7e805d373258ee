import { resolve } from "node:path";
import { type BuildOutcome, buildRealm } from "../../publish/build-realm.ts";
import { CommandError } from "../command-error.ts";
import type { FolderContext } from "../folder-context.ts";
import { toFields } from "../format.ts";
import { parseMoment } from "../moment.ts";
import type { Report } from "../print.ts";
import { createProgress } from "../progress.ts";
import { toPublishFields } from "../publish-lines.ts";
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
  return toReport(outcome, options.out, host.version);
}

function toCommandError(error: unknown, katas: string, signal: AbortSignal): unknown {
  if (signal.aborted) return new CommandError("interrupted", "Interrupted. Nothing was published.");
  const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
  if (!isMissing) return error;
  return new CommandError("folder_not_found", `There is no folder of katas at ${katas}.`, { cause: error });
}

function toReport(outcome: BuildOutcome, out: string, version: string): Report {
  const { pointer, isChanged, added, withoutFile, written, removed } = outcome;
  const json = {
    outcome: isChanged ? "published" : "unchanged",
    realm: pointer.realm,
    seq: pointer.seq,
    issued: pointer.issued,
    rows: pointer.rows,
    state: pointer.state,
    compiledWith: version,
    added,
    withoutFile,
    written,
    removed,
  };
  const lines = [
    ...toPublishFields(outcome, out, [
      ["new", added.length > MAX_NAMED ? `${added.length} versions` : added],
    ]),
    ...withoutFile.flatMap((kata) => [
      "",
      `${kata} has no file any more. It stays published; to end it:`,
      ...toFields([["", `realms withdraw ${kata} --out ${out} --reason "…"`]], 0),
    ]),
  ];
  return { json, lines };
}

const MAX_NAMED = 12;
