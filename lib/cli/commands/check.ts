import { checkRealm } from "../../publish/check/check-realm.ts";
import { createUrlReader } from "../../publish/check/url-reader.ts";
import { createFolderReader, type RealmReader } from "../../publish/realm-reader.ts";
import { createRealmClient } from "../../realm-client/client.ts";
import { toCheckLines } from "../check-lines.ts";
import { CommandError, EXIT_DONE, EXIT_FAILED } from "../command-error.ts";
import type { FolderContext } from "../folder-context.ts";
import { parseMoment } from "../moment.ts";
import type { Report } from "../print.ts";
import { createProgress } from "../progress.ts";
import { loadPublishingHost } from "../publishing-host.ts";
import { toRealmFolder } from "../realm-folder.ts";
import type { Surroundings } from "../surroundings.ts";

export interface CheckCommandOptions {
  apiKeyEnv?: string | undefined;
  now?: string | undefined;
  ronin?: string | undefined;
}

/**
 * `realms check <folder or url>`: all that a client would refuse, and what a reader would want to know. The exit
 * code is 1 when there is an error.
 *
 * @throws CommandError `usage`, `folder_not_found`, `ronin_not_found`, `interrupted`
 */
export async function checkCommand(
  { around, isJson }: FolderContext,
  place: string,
  options: CheckCommandOptions,
): Promise<Report> {
  const now = parseMoment("--now", options.now) ?? around.clock.now();
  const reader = createReader(place, options.apiKeyEnv, around);
  const host = await loadPublishingHost(options.ronin, around);
  const say = createProgress(around, isJson);
  const check = await checkRealm(reader, {
    reader,
    host,
    now,
    signal: around.signal,
    onProgress: (done, total) => say(() => `checked ${done} of ${total} sources`),
  }).catch((error: unknown) => {
    throw around.signal.aborted ? new CommandError("interrupted", "Interrupted.") : error;
  });
  const isGood = check.errors.length === 0;
  return {
    json: { outcome: isGood ? "good" : "errors", checkedWith: host.version, ...check },
    lines: toCheckLines(check, { place, version: host.version, now }),
    exitCode: isGood ? EXIT_DONE : EXIT_FAILED,
  };
}

function createReader(place: string, apiKeyEnv: string | undefined, around: Surroundings): RealmReader {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    if (apiKeyEnv !== undefined) throw new CommandError("usage", "--api-key-env is for a realm's address.");
    return createFolderReader(toRealmFolder(place, around.cwd));
  }
  if (scheme !== "https" && scheme !== "http") {
    throw new CommandError("usage", `A realm's address begins with https://, not with ${scheme}://.`);
  }
  const file = /\/(?:realm|index)\.json$/.exec(place)?.[0];
  if (file !== undefined) {
    throw new CommandError("usage", `Name the realm's address, without ${file} at its end.`);
  }
  const apiKey = apiKeyEnv === undefined ? undefined : around.env[apiKeyEnv];
  if (apiKeyEnv !== undefined && (apiKey ?? "") === "") {
    throw new CommandError("usage", `--api-key-env: there is no variable ${apiKeyEnv}.`);
  }
  return createUrlReader({ url: place, apiKey }, createRealmClient({ clock: around.clock }), around.signal);
}
